using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <summary>Turns text into the ids of a vocabulary, and ids back into text.</summary>
public abstract class Tokenizer
{
    protected Tokenizer()
    {
    }

    public virtual PreTokenizer? PreTokenizer => null;

    public virtual Normalizer? Normalizer => null;

    /// <summary>Encodes <paramref name="text"/>, or <paramref name="textSpan"/> where that is null, to ids.</summary>
    protected virtual EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        EncodeResults<EncodedToken> result = EncodeToTokens(text, textSpan, settings);

        var ids = new int[result.Tokens.Count];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = result.Tokens[i].Id;
        }

        return new EncodeResults<int> { Tokens = ids, NormalizedText = result.NormalizedText, CharsConsumed = result.CharsConsumed };
    }

    public IReadOnlyList<int> EncodeToIds(string text, bool considerPreTokenization = true, bool considerNormalization = true)
        => EncodeToIds(text, text.AsSpan(), Settings(considerPreTokenization, considerNormalization)).Tokens;

    public IReadOnlyList<int> EncodeToIds(ReadOnlySpan<char> text, bool considerPreTokenization = true, bool considerNormalization = true)
        => EncodeToIds(null, text, Settings(considerPreTokenization, considerNormalization)).Tokens;

    public IReadOnlyList<int> EncodeToIds(
        string text, int maxTokenCount, out string? normalizedText, out int charsConsumed, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        EncodeResults<int> result = EncodeToIds(text, text.AsSpan(), Settings(considerPreTokenization, considerNormalization, maxTokenCount));
        normalizedText = result.NormalizedText;
        charsConsumed = result.CharsConsumed;
        return result.Tokens;
    }

    public IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text, int maxTokenCount, out string? normalizedText, out int charsConsumed, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        EncodeResults<int> result = EncodeToIds(null, text, Settings(considerPreTokenization, considerNormalization, maxTokenCount));
        normalizedText = result.NormalizedText;
        charsConsumed = result.CharsConsumed;
        return result.Tokens;
    }

    /// <summary>Encodes <paramref name="text"/>, or <paramref name="textSpan"/> where that is null, to tokens.</summary>
    protected abstract EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings);

    public IReadOnlyList<EncodedToken> EncodeToTokens(string text, out string? normalizedText, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        EncodeResults<EncodedToken> result = EncodeToTokens(text, text.AsSpan(), Settings(considerPreTokenization, considerNormalization));
        normalizedText = result.NormalizedText;
        return result.Tokens;
    }

    public IReadOnlyList<EncodedToken> EncodeToTokens(
        ReadOnlySpan<char> text, out string? normalizedText, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        EncodeResults<EncodedToken> result = EncodeToTokens(null, text, Settings(considerPreTokenization, considerNormalization));
        normalizedText = result.NormalizedText;
        return result.Tokens;
    }

    /// <summary>Counts the ids that <paramref name="text"/>, or <paramref name="textSpan"/> where that is null, is encoded to.</summary>
    protected virtual int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
        => EncodeToTokens(text, textSpan, settings).Tokens.Count;

    public int CountTokens(string text, bool considerPreTokenization = true, bool considerNormalization = true)
        => CountTokens(text, text.AsSpan(), Settings(considerPreTokenization, considerNormalization));

    public int CountTokens(ReadOnlySpan<char> text, bool considerPreTokenization = true, bool considerNormalization = true)
        => CountTokens(null, text, Settings(considerPreTokenization, considerNormalization));

    /// <summary>Finds where the text has to be cut so that the part before the cut, or after it with <paramref name="fromEnd"/>, makes at most the wanted number of tokens.</summary>
    protected virtual int GetIndexByTokenCount(
        string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, bool fromEnd, out string? normalizedText, out int tokenCount)
    {
        int maxTokenCount = settings.MaxTokenCount;
        if (fromEnd)
        {
            // The last tokens are known only once the whole text has been read.
            settings.MaxTokenCount = int.MaxValue;
        }

        EncodeResults<EncodedToken> result = EncodeToTokens(text, textSpan, settings);
        normalizedText = result.NormalizedText;
        tokenCount = Math.Min(maxTokenCount, result.Tokens.Count);

        if (tokenCount <= 0)
        {
            return fromEnd ? normalizedText?.Length ?? textSpan.Length : 0;
        }

        return fromEnd
            ? result.Tokens[result.Tokens.Count - tokenCount].Offset.Start.Value
            : result.Tokens[tokenCount - 1].Offset.End.Value;
    }

    public int GetIndexByTokenCount(
        string text, int maxTokenCount, out string? normalizedText, out int tokenCount, bool considerPreTokenization = true, bool considerNormalization = true)
        => GetIndexByTokenCount(
            text, text.AsSpan(), Settings(considerPreTokenization, considerNormalization, maxTokenCount), fromEnd: false, out normalizedText, out tokenCount);

    public int GetIndexByTokenCount(
        ReadOnlySpan<char> text, int maxTokenCount, out string? normalizedText, out int tokenCount, bool considerPreTokenization = true, bool considerNormalization = true)
        => GetIndexByTokenCount(
            null, text, Settings(considerPreTokenization, considerNormalization, maxTokenCount), fromEnd: false, out normalizedText, out tokenCount);

    public int GetIndexByTokenCountFromEnd(
        string text, int maxTokenCount, out string? normalizedText, out int tokenCount, bool considerPreTokenization = true, bool considerNormalization = true)
        => GetIndexByTokenCount(
            text, text.AsSpan(), Settings(considerPreTokenization, considerNormalization, maxTokenCount), fromEnd: true, out normalizedText, out tokenCount);

    public int GetIndexByTokenCountFromEnd(
        ReadOnlySpan<char> text, int maxTokenCount, out string? normalizedText, out int tokenCount, bool considerPreTokenization = true, bool considerNormalization = true)
        => GetIndexByTokenCount(
            null, text, Settings(considerPreTokenization, considerNormalization, maxTokenCount), fromEnd: true, out normalizedText, out tokenCount);

    /// <summary>Puts the text of <paramref name="ids"/> together again.</summary>
    /// <exception cref="InvalidOperationException">One of the ids means nothing to this tokenizer.</exception>
    public virtual string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);

        int size = 1024;
        if (ids.TryGetNonEnumeratedCount(out int count))
        {
            if (count == 0)
            {
                return string.Empty;
            }

            size = (int)Math.Min(8L * count, Array.MaxLength);
        }

        while (true)
        {
            char[] buffer = ArrayPool<char>.Shared.Rent(size);
            try
            {
                switch (Decode(ids, buffer, out _, out int charsWritten))
                {
                    case OperationStatus.Done:
                        return new string(buffer, 0, charsWritten);

                    case OperationStatus.DestinationTooSmall when buffer.Length < Array.MaxLength:
                        size = (int)Math.Min(2L * buffer.Length, Array.MaxLength);
                        break;

                    default:
                        throw new InvalidOperationException("The ids cannot be decoded.");
                }
            }
            finally
            {
                ArrayPool<char>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Puts the text of <paramref name="ids"/> together again, as far as <paramref name="destination"/> has room for it.</summary>
    public abstract OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten);

    private static EncodeSettings Settings(bool considerPreTokenization, bool considerNormalization, int maxTokenCount = int.MaxValue) => new()
    {
        ConsiderPreTokenization = considerPreTokenization,
        ConsiderNormalization = considerNormalization,
        MaxTokenCount = maxTokenCount,
    };
}
