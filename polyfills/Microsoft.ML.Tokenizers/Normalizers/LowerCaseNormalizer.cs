namespace Microsoft.ML.Tokenizers;

/// <summary>Puts a text into lower case.</summary>
public sealed class LowerCaseNormalizer : Normalizer
{
    public static LowerCaseNormalizer Instance { get; } = new();

    public override string Normalize(string original) => original.ToLowerInvariant();

    public override string Normalize(ReadOnlySpan<char> original)
        => string.Create(original.Length, original, static (normalized, text) => text.ToLowerInvariant(normalized));
}
