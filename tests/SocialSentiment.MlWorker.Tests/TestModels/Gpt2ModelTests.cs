using SocialSentiment.TestModels.Gpt2;
using SocialSentiment.TestModels.Repositories;
using SocialSentiment.TestModels.Weights;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.TestModels;

public sealed class Gpt2ModelTests : IDisposable
{
    private static readonly Gpt2Config s_config = Gpt2Config.Tiny with { VocabularySize = 64 };
    private static readonly Gpt2Weights s_weights = Gpt2Weights.Seeded(s_config);
    private static readonly int[] s_text = [5, 41, 7, 63, 12, 30, 22];

    private readonly string _folder = Directory.CreateTempSubdirectory("test-gpt2-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Gpt2Form.Decoder)]
    [InlineData(Gpt2Form.Merged)]
    public void A_text_without_a_past_gets_the_logits_of_the_reference_at_every_position(Gpt2Form form)
    {
        using var session = Open(form);

        var answer = session.Run([s_text], [Ones(7)], [Count(0, 7)]);

        Assert.Equal([1, 7, s_config.VocabularySize], answer.Shape);
        AssertEqual(new ReferenceGpt2(s_weights).Logits(s_text), answer, text: 0, from: 0);
    }

    [Theory]
    [InlineData(Gpt2Form.DecoderWithPast)]
    [InlineData(Gpt2Form.Merged)]
    public void A_text_in_three_steps_gets_the_same_as_at_once(Gpt2Form form)
    {
        using var decoder = Open(Gpt2Form.Decoder);
        using var session = Open(form);

        var first = decoder.Run([s_text[..3]], [Ones(3)], [Count(0, 3)]);
        var second = session.Run([s_text[3..6]], [Ones(6)], [Count(3, 3)], first, useCache: true);
        var third = session.Run([s_text[6..]], [Ones(7)], [Count(6, 1)], second, useCache: true);

        var expected = new ReferenceGpt2(s_weights).Logits(s_text);
        AssertEqual(expected[..3], first, text: 0, from: 0);
        AssertEqual(expected[3..6], second, text: 0, from: 0);
        AssertEqual(expected[6..], third, text: 0, from: 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Texts_of_different_lengths_filled_up_on_the_left_do_not_disturb_each_other(bool positionIds)
    {
        var weights = s_weights with { Config = s_config with { PositionIds = positionIds } };
        using var decoder = new Gpt2Session(Gpt2Network.Model(weights, Gpt2Form.Decoder), s_config);
        using var withPast = new Gpt2Session(Gpt2Network.Model(weights, Gpt2Form.DecoderWithPast), s_config);
        int[] padded = [0, 0, 0, .. s_text[..4]];
        int[] mask = [0, 0, 0, 1, 1, 1, 1];

        var first = decoder.Run([padded, s_text], [mask, Ones(7)], [[1, 1, 1, 0, 1, 2, 3], Count(0, 7)]);
        var next = withPast.Run([[50], [51]], [[.. mask, 1], Ones(8)], [[4], [7]], first);

        // Without positions of its own the network counts the padding too.
        var reference = new ReferenceGpt2(s_weights);
        var positions = positionIds ? Count(0, 5) : Count(3, 5);
        var shorter = reference.Logits([.. s_text[..4], 50], positions: positions);
        AssertEqual(shorter[..4], first, text: 0, from: 3);
        AssertEqual(shorter[4..], next, text: 0, from: 0);
        AssertEqual(reference.Logits([.. s_text, 51])[7..], next, text: 1, from: 0);
    }

    /// <summary>8 bits in 2 layers of width 32 are this coarse: the logits themselves go to about 5.</summary>
    [Theory]
    [InlineData(Gpt2Form.Decoder)]
    [InlineData(Gpt2Form.Merged)]
    public void Int8_stays_near_the_reference(Gpt2Form form)
    {
        using var session = new Gpt2Session(Gpt2Network.Model(s_weights, form, Precision.Quantized), s_config);

        var answer = session.Run([s_text], [Ones(7)], [Count(0, 7)]);

        AssertEqual(new ReferenceGpt2(s_weights).Logits(s_text), answer, text: 0, from: 0, tolerance: 0.3);
    }

    [Fact]
    public void Inputs_and_outputs_are_called_as_in_the_hub()
    {
        string[] past = ["past_key_values.0.key", "past_key_values.0.value", "past_key_values.1.key", "past_key_values.1.value"];
        using var decoder = Open(Gpt2Form.Decoder);
        using var withPast = Open(Gpt2Form.DecoderWithPast);
        using var merged = Open(Gpt2Form.Merged);

        Assert.Equal(["input_ids", "attention_mask", "position_ids"], decoder.Inputs);
        Assert.Equal(["input_ids", "attention_mask", "position_ids", .. past], withPast.Inputs);
        Assert.Equal(["input_ids", "attention_mask", "position_ids", .. past, "use_cache_branch"], merged.Inputs);
        Assert.All([decoder, withPast, merged], session => Assert.Equal(["logits", .. past.Select(name => name.Replace("past_key_values", "present", StringComparison.Ordinal))], session.Outputs));
    }

    [Fact]
    public void A_repository_says_the_fitted_words_in_both_precisions()
    {
        var repository = TestRepository.WriteGpt2(_folder);

        foreach (var precision in Enum.GetValues<Precision>())
        {
            using var session = new Gpt2Session(File.ReadAllBytes(repository.Model(Gpt2Form.Merged, precision)), repository.Weights.Config);
            foreach (var (prompt, next) in repository.Continuations)
            {
                var ids = repository.Tokenizer.Encode(prompt);
                var logits = session.Run([ids], [Ones(ids.Length)], [Count(0, ids.Length)]).At(0, ids.Length - 1);

                Assert.Equal(repository.Tokenizer.EncodePlain(next).Single(), Array.IndexOf(logits, logits.Max()));
            }
        }
    }

    [Fact]
    public void A_repository_has_all_files()
    {
        TestRepository.WriteGpt2(_folder);

        Assert.Equal(
            [
                "config.json", "generation_config.json", "merges.txt",
                "onnx/decoder_model.onnx", "onnx/decoder_model_merged.onnx", "onnx/decoder_model_merged_quantized.onnx",
                "onnx/decoder_model_quantized.onnx", "onnx/decoder_with_past_model.onnx", "onnx/decoder_with_past_model_quantized.onnx",
                "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.json",
            ],
            Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder, file)).Order(StringComparer.Ordinal));
    }

    private static Gpt2Session Open(Gpt2Form form) => new(Gpt2Network.Model(s_weights, form), s_config);

    private static int[] Ones(int count) => [.. Enumerable.Repeat(1, count)];

    private static int[] Count(int from, int count) => [.. Enumerable.Range(from, count)];

    private static void AssertEqual(double[][] expected, Gpt2Answer answer, int text, int from, double tolerance = 1e-4)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            var row = expected[i];
            Assert.All(answer.At(text, from + i), (value, id) => Assert.Equal(row[id], value, tolerance));
        }
    }
}
