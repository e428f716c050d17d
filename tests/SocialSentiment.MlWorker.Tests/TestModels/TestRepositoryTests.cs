using System.Text.Json;
using Microsoft.ML.Tokenizers;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Repositories;
using SocialSentiment.TestModels.Tokenizers;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.TestModels;

public sealed class TestRepositoryTests : IDisposable
{
    private static readonly string[] s_texts =
    [
        "I love this, it's great!", "  Two  blanks,\ttabs\nand lines ", "Zyxwvut 12345 don't we're", "😍😍 wow 🎉!!!", "ünïcödé 漢字", "", "@user http #tag",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("test-repository-").FullName;

    public static TheoryData<EncoderKind> Kinds => [EncoderKind.Bert, EncoderKind.DistilBert, EncoderKind.Roberta];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Both_networks_give_the_opinions_their_labels(EncoderKind kind)
    {
        var repository = Write(kind);

        foreach (var file in new[] { repository.Model, repository.QuantizedModel })
        {
            AssertOpinions(repository, File.ReadAllBytes(file));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_set_of_labels_can_be_fitted_to_every_architecture(EncoderKind kind)
    {
        foreach (var labels in new[] { LabelSets.Two, LabelSets.Three, LabelSets.Stars })
        {
            var repository = Write(kind, EncoderConfig.Tiny(kind) with { Labels = labels });

            AssertOpinions(repository, File.ReadAllBytes(repository.Model));
        }
    }

    [Fact]
    public void Permuted_labels_fail_every_opinion()
    {
        var repository = Write(EncoderKind.Roberta);
        var reference = new ReferenceEncoder(repository.Weights.WithPermutedLabels());

        Assert.All(repository.Opinions, opinion =>
            Assert.True(FittedHead.MarginOf(reference.Logits(repository.Tokenizer.Encode(opinion.Text)), opinion.Label) < 0));
    }

    [Fact]
    public void More_texts_than_the_width_can_tell_apart_are_refused()
    {
        var weights = EncoderWeights.Seeded(EncoderConfig.Tiny(EncoderKind.Bert) with { VocabularySize = 64 });

        Assert.Throws<ArgumentException>(() => weights.FittedTo([([2, 9, 3], 0), ([2, 9, 3], 1)]));
    }

    [Theory]
    [InlineData(EncoderKind.Bert, "bert", "BertForSequenceClassification", 5)]
    [InlineData(EncoderKind.DistilBert, "distilbert", "DistilBertForSequenceClassification", 2)]
    [InlineData(EncoderKind.Roberta, "roberta", "RobertaForSequenceClassification", 3)]
    public void The_configuration_says_what_the_network_is(EncoderKind kind, string type, string architecture, int labels)
    {
        var repository = Write(kind);

        var config = Read("config.json");

        Assert.Equal(type, config.GetProperty("model_type").GetString());
        Assert.Equal(architecture, Assert.Single(config.GetProperty("architectures").EnumerateArray()).GetString());
        Assert.Equal(labels, config.GetProperty("id2label").EnumerateObject().Count());
        Assert.Equal(repository.Weights.Config.Labels[1], config.GetProperty("id2label").GetProperty("1").GetString());
        Assert.Equal(repository.Weights.Words.Rows, config.GetProperty("vocab_size").GetInt32());
        Assert.Equal(repository.Weights.Words.Rows, Read("tokenizer.json").GetProperty("model").GetProperty("vocab").EnumerateObject().Count());
    }

    /// <summary>Of plain texts: the library by itself loses emoji and the gaps that tabs and line ends make.</summary>
    [Fact]
    public void The_word_pieces_are_those_of_the_library()
    {
        var repository = Write(EncoderKind.DistilBert);
        var tokenizer = BertTokenizer.Create(Path.Combine(_folder, "vocab.txt"));

        Assert.All(s_texts.Where(text => text.All(c => char.IsAscii(c) && !char.IsControl(c))), text => Assert.Equal(tokenizer.EncodeToIds(text), repository.Tokenizer.Encode(text)));
    }

    [Fact]
    public void The_byte_pairs_are_those_of_the_library()
    {
        var repository = Write(EncoderKind.Roberta);
        var tokenizer = BpeTokenizer.Create(new BpeOptions(Path.Combine(_folder, "vocab.json"), Path.Combine(_folder, "merges.txt"))
        {
            ByteLevel = true,
            PreTokenizer = RobertaPreTokenizer.Instance,
        });

        Assert.All(s_texts, text => Assert.Equal(tokenizer.EncodeToIds(text), repository.Tokenizer.EncodePlain(text)));
    }

    [Fact]
    public void Every_known_word_is_one_token()
    {
        Assert.Single(WordPieceVocabulary.Small().EncodePlain("terrible"));
        Assert.Single(BytePairVocabulary.SmallRoberta().EncodePlain(" terrible"));
        Assert.Single(BytePairVocabulary.SmallGpt2().EncodePlain("terrible"));
    }

    [Fact]
    public void Large_vocabularies_are_as_large_as_asked_for_and_have_the_special_tokens_where_the_real_ones_are()
    {
        var wordPieces = WordPieceVocabulary.Large(3_000, ["gobsmacked"]);
        var bytePairs = BytePairVocabulary.LargeRoberta(3_000, ["gobsmacked"]);
        var gpt2 = BytePairVocabulary.LargeGpt2(3_000, ["gobsmacked"]);

        Assert.Equal((3_000, 3_000, 3_000), (wordPieces.Tokens.Count, bytePairs.Tokens.Count, gpt2.Tokens.Count));
        Assert.Equal([101, wordPieces.IdOf("gobsmacked"), 102], wordPieces.Encode("Gobsmacked"));
        Assert.Equal([0, 2], bytePairs.Encode(""));
        Assert.Equal(2_999, gpt2.IdOf(BytePairVocabulary.EndOfText));
        Assert.Single(gpt2.EncodePlain(" gobsmacked"));
    }

    private EncoderRepository Write(EncoderKind kind, EncoderConfig? config = null) => kind switch
    {
        EncoderKind.Bert => TestRepository.WriteBert(_folder, config),
        EncoderKind.DistilBert => TestRepository.WriteDistilBert(_folder, config),
        _ => TestRepository.WriteRoberta(_folder, config),
    };

    private JsonElement Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, file)));
        return document.RootElement.Clone();
    }

    private static void AssertOpinions(EncoderRepository repository, byte[] model)
    {
        using var session = new Session(model);
        var batch = new EncoderBatch(repository.Weights.Config.PadId, [.. repository.Opinions.Select(opinion => repository.Tokenizer.Encode(opinion.Text))]);
        var (values, shape) = session.Logits(batch);
        var labels = (int)shape[1];
        for (var i = 0; i < repository.Opinions.Count; i++)
        {
            double[] logits = [.. values.AsSpan(i * labels, labels).ToArray().Select(value => (double)value)];
            Assert.True(FittedHead.MarginOf(logits, repository.Opinions[i].Label) >= FittedHead.Margin, repository.Opinions[i].Text + ": " + string.Join(' ', logits));
        }
    }
}
