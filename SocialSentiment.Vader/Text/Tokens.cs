using System.Text;

namespace SocialSentiment.Vader.Text;

/// <summary>Cuts a text at white space and takes punctuation off both ends of each piece, unless it may be an emoticon.</summary>
internal ref struct Tokens(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    public ReadOnlySpan<char> Current { get; private set; }

    public readonly Tokens GetEnumerator() => this;

    public bool MoveNext()
    {
        var start = 0;
        while (start < _rest.Length && Letters.IsSpace(_rest[start]))
        {
            start++;
        }

        var end = start;
        while (end < _rest.Length && !Letters.IsSpace(_rest[end]))
        {
            end++;
        }

        Current = WithoutPunctuation(_rest[start..end]);
        _rest = _rest[end..];
        return end > start;
    }

    private static ReadOnlySpan<char> WithoutPunctuation(ReadOnlySpan<char> token)
    {
        var start = 0;
        var end = token.Length;
        while (start < end && Letters.IsPunctuation(token[start]))
        {
            start++;
        }

        while (end > start && Letters.IsPunctuation(token[end - 1]))
        {
            end--;
        }

        var bare = token[start..end];
        return HasThreeCharacters(bare) ? bare : token;
    }

    /// <summary>Whether it has three characters or more, where a surrogate pair is one.</summary>
    private static bool HasThreeCharacters(ReadOnlySpan<char> text)
    {
        for (var taken = 0; taken < 3; taken++)
        {
            if (text.IsEmpty)
            {
                return false;
            }

            Rune.DecodeFromUtf16(text, out _, out var length);
            text = text[length..];
        }

        return true;
    }
}
