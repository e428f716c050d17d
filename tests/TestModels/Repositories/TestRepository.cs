using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Tokenizers;
using SocialSentiment.TestModels.Weights;

namespace SocialSentiment.TestModels.Repositories;

/// <summary>
/// Writes whole repositories as the hub has them: configuration, tokenizer and networks. Without a configuration of their own
/// they are tiny, have a small vocabulary and label the texts in <see cref="Opinions"/> as these should be.
/// </summary>
public static partial class TestRepository
{
    public const string ModelFile = "onnx/model.onnx";
    public const string QuantizedModelFile = "onnx/model_quantized.onnx";

    /// <summary>Five stars, as bert-base-multilingual-uncased-sentiment.</summary>
    public static EncoderRepository WriteBert(string folder, EncoderConfig? config = null, IReadOnlyList<(string Text, int Label)>? opinions = null)
        => WriteWordPiece(folder, config ?? EncoderConfig.Tiny(EncoderKind.Bert), opinions);

    /// <summary>Negative and positive, as distilbert-base-uncased-finetuned-sst-2-english.</summary>
    public static EncoderRepository WriteDistilBert(string folder, EncoderConfig? config = null, IReadOnlyList<(string Text, int Label)>? opinions = null)
        => WriteWordPiece(folder, config ?? EncoderConfig.Tiny(EncoderKind.DistilBert), opinions);

    /// <summary>Negative, neutral and positive, as twitter-roberta-base-sentiment-latest.</summary>
    public static EncoderRepository WriteRoberta(string folder, EncoderConfig? config = null, IReadOnlyList<(string Text, int Label)>? opinions = null)
        => WriteEncoder(folder, config ?? EncoderConfig.Tiny(EncoderKind.Roberta), BytePairVocabulary.SmallRoberta(), opinions);

    /// <summary>A repository with a vocabulary of one's own.</summary>
    /// <param name="opinions">What the model is fitted to; none: <see cref="Opinions"/> for as many labels, and an empty list: the head stays as seeded.</param>
    public static EncoderRepository WriteEncoder(
        string folder, EncoderConfig config, WordPieceVocabulary vocabulary, IReadOnlyList<(string Text, int Label)>? opinions = null)
    {
        WordPieceFiles.Write(folder, vocabulary, config);
        return WriteNetworks(folder, config with { VocabularySize = vocabulary.Tokens.Count }, vocabulary, opinions);
    }

    /// <inheritdoc cref="WriteEncoder(string, EncoderConfig, WordPieceVocabulary, IReadOnlyList{ValueTuple{string, int}})"/>
    public static EncoderRepository WriteEncoder(
        string folder, EncoderConfig config, BytePairVocabulary vocabulary, IReadOnlyList<(string Text, int Label)>? opinions = null)
    {
        BytePairFiles.WriteRoberta(folder, vocabulary, config.MaxPositions - config.PadId - 1);
        return WriteNetworks(folder, config with { VocabularySize = vocabulary.Tokens.Count }, vocabulary, opinions);
    }

    private static EncoderRepository WriteWordPiece(string folder, EncoderConfig config, IReadOnlyList<(string Text, int Label)>? opinions)
        => WriteEncoder(folder, config, WordPieceVocabulary.Small(), opinions);

    private static EncoderRepository WriteNetworks(
        string folder, EncoderConfig config, ITestTokenizer tokenizer, IReadOnlyList<(string Text, int Label)>? opinions)
    {
        opinions ??= Opinions.For(config.Labels.Count);
        var weights = EncoderWeights.Seeded(config);
        if (opinions.Count > 0)
        {
            weights = weights.FittedTo([.. opinions.Select(opinion => (tokenizer.Encode(opinion.Text), opinion.Label))]);
        }

        JsonFile.Write(folder, "config.json", EncoderConfigFile.Of(config));
        Directory.CreateDirectory(Path.Combine(folder, "onnx"));
        EncoderNetwork.Model(weights).Save(Path.Combine(folder, ModelFile));
        EncoderNetwork.Model(weights, Precision.Quantized).Save(Path.Combine(folder, QuantizedModelFile));
        return new EncoderRepository(folder, weights, tokenizer, opinions);
    }
}
