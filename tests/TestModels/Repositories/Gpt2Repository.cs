using SocialSentiment.TestModels.Gpt2;
using SocialSentiment.TestModels.Tokenizers;
using SocialSentiment.TestModels.Weights;

namespace SocialSentiment.TestModels.Repositories;

/// <summary>A folder that looks as if it had been downloaded from the hub, and what its model must answer.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Weights">The weights of all its networks, before quantization.</param>
/// <param name="Tokenizer">Does what its tokenizer files say.</param>
/// <param name="Continuations">Prompts and the word (one token) that is the likeliest after each.</param>
public sealed record Gpt2Repository(
    string Folder, Gpt2Weights Weights, ITestTokenizer Tokenizer, IReadOnlyList<(string Prompt, string Next)> Continuations)
{
    /// <summary>A network's file.</summary>
    public string Model(Gpt2Form form, Precision precision = Precision.Full) => Path.Combine(Folder, FileOf(form, precision));

    /// <summary>A network's path in the repository.</summary>
    public static string FileOf(Gpt2Form form, Precision precision = Precision.Full)
    {
        var name = form switch
        {
            Gpt2Form.Decoder => "decoder_model",
            Gpt2Form.DecoderWithPast => "decoder_with_past_model",
            _ => "decoder_model_merged",
        };
        return $"onnx/{name}{(precision == Precision.Quantized ? "_quantized" : "")}.onnx";
    }

    /// <summary>What the networks in full precision must answer at every position.</summary>
    public double[][] Expect(string text) => new ReferenceGpt2(Weights).Logits(Tokenizer.Encode(text));
}
