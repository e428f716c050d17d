using System.Buffers;
using System.Text;

namespace Microsoft.ML.Tokenizers;

public sealed partial class BpeTokenizer
{
    public override string Decode(IEnumerable<int> ids) => Decode(ids, considerSpecialTokens: true);

    /// <summary>Puts the text of ids together. Ids that mean nothing are left out, and bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="considerSpecialTokens">Whether special tokens are spelled out, or left out.</param>
    public string Decode(IEnumerable<int> ids, bool considerSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return ByteLevel ? DecodeBytes(ids, considerSpecialTokens) : DecodeCharacters(ids, considerSpecialTokens);
    }

    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
        => Decode(ids, destination, considerSpecialTokens: true, out idsConsumed, out charsWritten);

    /// <summary>Puts the text of ids together as far as there is room for it.</summary>
    public OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, bool considerSpecialTokens, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return ByteLevel
            ? DecodeBytes(ids, destination, considerSpecialTokens, out idsConsumed, out charsWritten)
            : DecodeCharacters(ids, destination, considerSpecialTokens, out idsConsumed, out charsWritten);
    }

    private string DecodeCharacters(IEnumerable<int> ids, bool considerSpecialTokens)
    {
        var builder = new StringBuilder();
        foreach (int id in ids)
        {
            if (_specialTokens.TryGetValue(id, out string? token) || id == _unknownId)
            {
                builder.Append(considerSpecialTokens ? token ?? UnknownToken : null);
            }
            else if (_tokens.TryGetValue(id, out token))
            {
                builder.Append(token);
            }
        }

        string text = builder.ToString();
        if (!string.IsNullOrEmpty(EndOfWordSuffix))
        {
            text = WithoutSuffix(text).ToString().Replace(EndOfWordSuffix, " ", StringComparison.Ordinal);
        }

        return string.IsNullOrEmpty(ContinuingSubwordPrefix)
            ? text
            : text.Replace(ContinuingSubwordPrefix, string.Empty, StringComparison.Ordinal);
    }

    private OperationStatus DecodeCharacters(
        IEnumerable<int> ids, Span<char> destination, bool considerSpecialTokens, out int idsConsumed, out int charsWritten)
    {
        idsConsumed = 0;
        charsWritten = 0;
        int charsBeforeSpace = 0;
        bool isSpaceDue = false;

        foreach (int id in ids)
        {
            if (id == _unknownId && !considerSpecialTokens)
            {
                idsConsumed++;
                continue;
            }

            if (isSpaceDue)
            {
                if (charsWritten == destination.Length)
                {
                    charsWritten = charsBeforeSpace;
                    return OperationStatus.DestinationTooSmall;
                }

                destination[charsWritten++] = ' ';
            }

            if (_tokens.TryGetValue(id, out string? token))
            {
                ReadOnlySpan<char> start = WithoutPrefix(token);
                ReadOnlySpan<char> spelling = WithoutSuffix(start);

                isSpaceDue = spelling.Length < start.Length;
                if (isSpaceDue)
                {
                    charsBeforeSpace = charsWritten;
                }

                if (!spelling.TryCopyTo(destination[charsWritten..]))
                {
                    return OperationStatus.DestinationTooSmall;
                }

                charsWritten += spelling.Length;
            }

            idsConsumed++;
        }

        return OperationStatus.Done;
    }

    private string DecodeBytes(IEnumerable<int> ids, bool considerSpecialTokens)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (int id in ids)
        {
            if (_specialTokens.TryGetValue(id, out string? token))
            {
                ByteAlphabet.DecodeLoosely(considerSpecialTokens ? token : null, bytes);
            }
            else if (_tokens.TryGetValue(id, out token))
            {
                ByteAlphabet.DecodeLoosely(WithoutPrefix(WithoutSuffix(token)), bytes);
            }
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private OperationStatus DecodeBytes(IEnumerable<int> ids, Span<char> destination, bool considerSpecialTokens, out int idsConsumed, out int charsWritten)
    {
        idsConsumed = 0;
        charsWritten = 0;

        // A character may be spread over several tokens; they are consumed together once it is complete.
        var bytes = new ArrayBufferWriter<byte>();
        int bytesDecoded = 0;
        int idsPending = 0;
        int charsPending = 0;

        foreach (int id in ids)
        {
            if (_specialTokens.TryGetValue(id, out string? token))
            {
                if (considerSpecialTokens)
                {
                    if (idsPending > 0)
                    {
                        return OperationStatus.InvalidData;
                    }

                    if (!token.TryCopyTo(destination[charsWritten..]))
                    {
                        return OperationStatus.DestinationTooSmall;
                    }

                    charsWritten += token.Length;
                }

                idsConsumed++;
                continue;
            }

            if (!_tokens.TryGetValue(id, out token))
            {
                return OperationStatus.InvalidData;
            }

            ByteAlphabet.Decode(WithoutPrefix(WithoutSuffix(token)), bytes);

            Span<char> rest = destination[Math.Min(charsWritten + charsPending, destination.Length)..];
            if (!LooseUtf8.TryDecode(bytes.WrittenSpan[bytesDecoded..], rest, out int consumed, out int written))
            {
                return OperationStatus.InvalidData;
            }

            bytesDecoded += consumed;
            idsPending++;
            charsPending += written;

            if (bytesDecoded == bytes.WrittenCount)
            {
                if (charsPending > destination.Length - charsWritten)
                {
                    return OperationStatus.DestinationTooSmall;
                }

                idsConsumed += idsPending;
                charsWritten += charsPending;
                idsPending = 0;
                charsPending = 0;
            }
        }

        return OperationStatus.Done;
    }

    private ReadOnlySpan<char> WithoutPrefix(ReadOnlySpan<char> token)
        => ContinuingSubwordPrefix is { } prefix && token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : token;

    private ReadOnlySpan<char> WithoutSuffix(ReadOnlySpan<char> token)
        => EndOfWordSuffix is { } suffix && token.EndsWith(suffix, StringComparison.Ordinal) ? token[..^suffix.Length] : token;
}
