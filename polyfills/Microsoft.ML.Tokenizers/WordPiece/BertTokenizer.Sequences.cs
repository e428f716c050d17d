using System.Buffers;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Tokenizers;

/// <content>One or two encoded texts as BERT wants them: [CLS] first [SEP], or [CLS] first [SEP] second [SEP].</content>
public sealed partial class BertTokenizer
{
    public IReadOnlyList<int> BuildInputsWithSpecialTokens(IEnumerable<int> tokenIds, IEnumerable<int>? additionalTokenIds = null)
    {
        ArgumentNullException.ThrowIfNull(tokenIds);

        List<int> ids = [ClassificationTokenId, .. tokenIds, SeparatorTokenId];
        if (additionalTokenIds is not null)
        {
            ids.AddRange(additionalTokenIds);
            ids.Add(SeparatorTokenId);
        }

        return ids;
    }

    public OperationStatus BuildInputsWithSpecialTokens(
        IEnumerable<int> tokenIds, Span<int> destination, out int valuesWritten, IEnumerable<int>? additionalTokenIds = null)
        => Write(BuildInputsWithSpecialTokens(tokenIds, additionalTokenIds), destination, out valuesWritten);

    /// <summary>1 for every special token, 0 for every other.</summary>
    public IReadOnlyList<int> GetSpecialTokensMask(IEnumerable<int> tokenIds, IEnumerable<int>? additionalTokenIds = null, bool alreadyHasSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(tokenIds);

        var mask = new List<int>();
        if (alreadyHasSpecialTokens)
        {
            mask.AddRange(tokenIds.Concat(additionalTokenIds ?? []).Select(id => IsSpecial(id) ? 1 : 0));
            return mask;
        }

        mask.Add(1);
        mask.AddRange(tokenIds.Select(_ => 0));
        mask.Add(1);
        if (additionalTokenIds is not null)
        {
            mask.AddRange(additionalTokenIds.Select(_ => 0));
            mask.Add(1);
        }

        return mask;
    }

    public OperationStatus GetSpecialTokensMask(
        IEnumerable<int> tokenIds, Span<int> destination, out int valuesWritten, IEnumerable<int>? additionalTokenIds = null, bool alreadyHasSpecialTokens = false)
        => Write(GetSpecialTokensMask(tokenIds, additionalTokenIds, alreadyHasSpecialTokens), destination, out valuesWritten);

#pragma warning disable CA1822 // No static method in the real package.
    /// <summary>0 for every token of the first text and the special tokens around it, 1 for those of the second.</summary>
    public IReadOnlyList<int> CreateTokenTypeIdsFromSequences(IEnumerable<int> tokenIds, IEnumerable<int>? additionalTokenIds = null)
    {
        ArgumentNullException.ThrowIfNull(tokenIds);

        List<int> types = [0, .. tokenIds.Select(_ => 0), 0];
        if (additionalTokenIds is not null)
        {
            types.AddRange(additionalTokenIds.Select(_ => 1));
            types.Add(1);
        }

        return types;
    }
#pragma warning restore CA1822

    public OperationStatus CreateTokenTypeIdsFromSequences(
        IEnumerable<int> tokenIds, Span<int> destination, out int valuesWritten, IEnumerable<int>? additionalTokenIds = null)
        => Write(CreateTokenTypeIdsFromSequences(tokenIds, additionalTokenIds), destination, out valuesWritten);

    private static OperationStatus Write(IReadOnlyList<int> values, Span<int> destination, out int valuesWritten)
    {
        bool fits = CollectionsMarshal.AsSpan((List<int>)values).TryCopyTo(destination);
        valuesWritten = fits ? values.Count : 0;
        return fits ? OperationStatus.Done : OperationStatus.DestinationTooSmall;
    }

    private bool IsSpecial(int id)
        => id == ClassificationTokenId || id == SeparatorTokenId || id == PaddingTokenId || id == MaskingTokenId || id == UnknownTokenId;
}
