namespace Microsoft.ML.Tokenizers;

/// <summary>Puts a text into upper case.</summary>
public sealed class UpperCaseNormalizer : Normalizer
{
    public static UpperCaseNormalizer Instance { get; } = new();

    public override string Normalize(string original) => original.ToUpperInvariant();

    public override string Normalize(ReadOnlySpan<char> original)
        => string.Create(original.Length, original, static (normalized, text) => text.ToUpperInvariant(normalized));
}
