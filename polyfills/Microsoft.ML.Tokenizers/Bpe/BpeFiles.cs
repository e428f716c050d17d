using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Microsoft.ML.Tokenizers;

/// <summary>The two files of a BPE model: vocab.json and merges.txt.</summary>
internal static partial class BpeFiles
{
    public static JsonTypeInfo<Dictionary<string, int>> VocabularyType => VocabularyContext.Default.DictionaryStringInt32;

    public static List<string> ReadMerges(Stream stream)
    {
        var merges = new List<string>();
        using var reader = new StreamReader(stream, leaveOpen: true);
        for (int lineNumber = 1; reader.ReadLine() is { } line; lineNumber++)
        {
            AddMerge(line, lineNumber, merges);
        }

        return merges;
    }

    public static async Task<List<string>> ReadMergesAsync(Stream stream)
    {
        var merges = new List<string>();
        using var reader = new StreamReader(stream, leaveOpen: true);
        for (int lineNumber = 1; await reader.ReadLineAsync().ConfigureAwait(false) is { } line; lineNumber++)
        {
            AddMerge(line, lineNumber, merges);
        }

        return merges;
    }

    /// <summary>Takes a merge apart, as in <c>Ġt he</c>: two tokens and one space between them.</summary>
    public static bool TryParseMerge(string merge, out string left, out string right)
    {
        int space = merge.IndexOf(' ');
        bool isMerge = space >= 0 && space < merge.Length - 1 && merge.IndexOf(' ', space + 1) < 0;
        left = isMerge ? merge[..space] : string.Empty;
        right = isMerge ? merge[(space + 1)..] : string.Empty;
        return isMerge;
    }

    private static void AddMerge(string line, int lineNumber, List<string> merges)
    {
        if (line.Length == 0 || line.StartsWith("#version", StringComparison.Ordinal))
        {
            return;
        }

        if (!TryParseMerge(line, out _, out _))
        {
            throw new InvalidOperationException($"Line {lineNumber} of the merges is not two tokens and one space between them.");
        }

        merges.Add(line);
    }

    [JsonSerializable(typeof(Dictionary<string, int>))]
    private sealed partial class VocabularyContext : JsonSerializerContext;
}
