using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Tokenizers;

namespace SocialSentiment.TestModels.Repositories;

/// <summary>A folder that looks as if it had been downloaded from the hub, and what its model must answer.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Weights">The weights of both its networks, before quantization.</param>
/// <param name="Tokenizer">Does what its tokenizer files say.</param>
/// <param name="Opinions">Texts and the index of the label they get; none: the head is as seeded.</param>
public sealed record EncoderRepository(
    string Folder, EncoderWeights Weights, ITestTokenizer Tokenizer, IReadOnlyList<(string Text, int Label)> Opinions)
{
    /// <summary>The network in full precision.</summary>
    public string Model => Path.Combine(Folder, TestRepository.ModelFile);

    /// <summary>The int8 network.</summary>
    public string QuantizedModel => Path.Combine(Folder, TestRepository.QuantizedModelFile);

    /// <summary>What the network in full precision must answer, alone or in a batch.</summary>
    public double[] Expect(string text) => new ReferenceEncoder(Weights).Logits(Tokenizer.Encode(text));
}
