using System.Buffers;
using System.Text;

namespace Microsoft.ML.Tokenizers;

public partial class WordPieceTokenizer
{
    public override string Decode(IEnumerable<int> ids) => Decode(ids, skipSpecialTokens: false);

    /// <summary>Joins words with spaces, except before . , ! ? and '. Ids that mean nothing are left out.</summary>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(ids);

        var text = new StringBuilder();
        bool isFirst = true;

        foreach (int id in ids)
        {
            if (skipSpecialTokens && _specialIds.Contains(id))
            {
                continue;
            }

            if (_vocabulary.TryGetToken(id, out string? token))
            {
                // By the rules of the culture, as in the real package; the other overload compares ordinally.
                if (token.StartsWith(ContinuingSubwordPrefix, StringComparison.CurrentCulture))
                {
                    text.Append(token, ContinuingSubwordPrefix.Length, token.Length - ContinuingSubwordPrefix.Length);
                }
                else
                {
                    if (!isFirst && token[0] is not ('.' or ',' or '!' or '?' or '\''))
                    {
                        text.Append(' ');
                    }

                    text.Append(token);
                }
            }

            isFirst = false;
        }

        return text.ToString();
    }

    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
        => Decode(ids, destination, skipSpecialTokens: false, out idsConsumed, out charsWritten);

    /// <summary>Joins all words with spaces, and stops at the first id that means nothing or finds no room.</summary>
    public OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, bool skipSpecialTokens, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);

        idsConsumed = 0;
        charsWritten = 0;
        bool isFirst = true;

        foreach (int id in ids)
        {
            if (skipSpecialTokens && _specialIds.Contains(id))
            {
                continue;
            }

            if (!_vocabulary.TryGetToken(id, out string? token))
            {
                return OperationStatus.InvalidData;
            }

            bool continues = token.StartsWith(ContinuingSubwordPrefix, StringComparison.Ordinal);
            ReadOnlySpan<char> spelling = continues ? token.AsSpan(ContinuingSubwordPrefix.Length) : token;
            int space = continues || isFirst ? 0 : 1;

            Span<char> rest = destination[charsWritten..];
            if (space + spelling.Length > rest.Length)
            {
                return OperationStatus.DestinationTooSmall;
            }

            rest[..space].Fill(' ');
            spelling.CopyTo(rest[space..]);
            charsWritten += space + spelling.Length;
            idsConsumed++;
            isFirst = false;
        }

        return OperationStatus.Done;
    }
}
