using System.Text;
using System.Text.Json;

namespace Microsoft.ML.Tokenizers.Tests;

/// <summary>Small vocabularies, and the files they would be read from.</summary>
internal static class Vocabularies
{
    /// <summary>Ids 0 to 9.</summary>
    public static string[] WordPiece { get; } = ["[UNK]", "[CLS]", "[SEP]", "want", "##want", "##ed", "wa", "un", "runn", "##ing"];

    /// <summary>Ids 0 to 18.</summary>
    public static string[] Bert { get; } =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "!", ",", "?", "hello", "world",
        "how", "are", "you", "i", "am", "fine", "cafe", "日", "##本",
    ];

    public static MemoryStream Lines(params string[] tokens) => new(Encoding.UTF8.GetBytes(string.Join('\n', tokens)));

    public static MemoryStream Json(IReadOnlyDictionary<string, int> vocabulary) => new(JsonSerializer.SerializeToUtf8Bytes(vocabulary));

    public static Dictionary<string, int> Number(params IEnumerable<string> tokens)
    {
        var vocabulary = new Dictionary<string, int>();
        foreach (string token in tokens)
        {
            vocabulary.Add(token, vocabulary.Count);
        }

        return vocabulary;
    }

    /// <summary>The 256 letters of byte-level vocabularies, in the order of the bytes; then what merging makes of them.</summary>
    public static BpeOptions ByteLevel(string[] merges, params string[] extraTokens)
    {
        var letters = new List<string>();
        char substitute = 'Ā';
        for (char c = '\0'; c < 256; c++)
        {
            bool isVisible = c is (>= '!' and <= '~') or (>= '¡' and <= '¬') or (>= '®' and <= 'ÿ');
            letters.Add((isVisible ? c : substitute++).ToString());
        }

        IEnumerable<string> merged = merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal));
        return new BpeOptions(Number([.. letters, .. merged, .. extraTokens]))
        {
            ByteLevel = true,
            Merges = merges,
            PreTokenizer = RobertaPreTokenizer.Instance,
        };
    }
}
