namespace Microsoft.ML.Tokenizers;

/// <summary>Pieces are what GPT-2 and RoBERTa were trained on: words, numbers, symbols and white space. Nothing is lost.</summary>
public sealed class RobertaPreTokenizer : PreTokenizer
{
    public static RobertaPreTokenizer Instance { get; } = new();

    internal override Splitter Splitter { get; } = new(new Gpt2Scanner());

    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => Splitter.Split(text);

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => Splitter.Split(text);
}
