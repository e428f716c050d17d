namespace Microsoft.ML.Tokenizers;

/// <summary>Finds the longest entry of a vocabulary that a word starts with.</summary>
internal sealed class LongestMatch
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids;
    private readonly int _longest;

    /// <param name="vocabulary">The entries; of two that read the same without the prefix there is only one.</param>
    /// <param name="prefix">Looks only at entries that start with this, and only at what follows it.</param>
    public LongestMatch(IReadOnlyDictionary<string, int> vocabulary, string prefix = "")
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string token, int id) in vocabulary)
        {
            if (token.Length > prefix.Length && token.StartsWith(prefix, StringComparison.Ordinal))
            {
                ids.Add(token[prefix.Length..], id);
                _longest = Math.Max(_longest, token.Length - prefix.Length);
            }
        }

        _ids = ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public bool TryFind(ReadOnlySpan<char> word, out int id, out int length)
    {
        for (length = Math.Min(word.Length, _longest); length > 0; length--)
        {
            if (_ids.TryGetValue(word[..length], out id))
            {
                return true;
            }
        }

        id = 0;
        return false;
    }
}
