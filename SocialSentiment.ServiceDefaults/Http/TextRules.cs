using System.Text;

namespace SocialSentiment.ServiceDefaults.Http;

/// <summary>What a text must be like to be stored or labelled.</summary>
public static class TextRules
{
    public const int MaxLength = 5_000;

    /// <summary>Texts, or posts, that come together.</summary>
    public const int MaxBatch = 1_000;

    /// <summary>The text as it is taken, or null with what is wrong with it.</summary>
    public static string? Check(string? text, string field, Validation validation)
    {
        var trimmed = text?.Trim();
        if (string.IsNullOrEmpty(trimmed))
        {
            validation.Add(field, "is required and must not be blank");
            return null;
        }

        if (!IsValidUnicode(trimmed))
        {
            validation.Add(field, "is not valid Unicode: it has half of a surrogate pair");
            return null;
        }

        if (trimmed.Contains('\0', StringComparison.Ordinal))
        {
            validation.Add(field, "must not contain the character NUL");
            return null;
        }

        if (trimmed.Length > MaxLength && Length(trimmed) is > MaxLength and var length)
        {
            validation.Add(field, $"may have up to {MaxLength} characters, and has {length}");
            return null;
        }

        return trimmed;
    }

    public static bool IsValidUnicode(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            text = text[consumed..];
        }

        return true;
    }

    /// <summary>In characters as people count them who never heard of UTF-16: code points.</summary>
    private static int Length(string text) => text.Length - text.Count(char.IsLowSurrogate);
}
