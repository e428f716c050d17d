using System.Text;
using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Description;

namespace SocialSentiment.MlWorker.Inference.Generation;

/// <summary>
/// What each token of a byte-level vocabulary stands for. A token is some bytes; letters beyond ASCII may lie across two of
/// them.
/// </summary>
internal sealed class TokenTexts
{
    private readonly byte[] _bytes;
    private readonly int[] _starts;

    private TokenTexts(byte[] bytes, int[] starts, int endId)
    {
        (_bytes, _starts, EndId) = (bytes, starts, endId);
    }

    /// <summary>The token that ends a text.</summary>
    public int EndId { get; }

    public int Count => _starts.Length - 1;

    /// <exception cref="ModelFilesException">The folder's tokenizer is of another kind, or no token ends its texts.</exception>
    public static TokenTexts Read(string path)
    {
        var folder = new ModelFolder(path);
        var files = new TokenizerFiles(folder);
        if (files.Kind != TokenizerKind.ByteLevel)
        {
            throw new ModelFilesException($"The tokenizer of '{folder.Name}' is no byte-level BPE: what it cuts texts into cannot be put together again.");
        }

        files.RequireByteLevel();
        var vocabulary = files.ReadVocabulary();
        var end = ModelConfig.Read(folder)?.EndId ?? (vocabulary.TryGetValue("<|endoftext|>", out var id) ? id : -1);
        if (end < 0)
        {
            throw new ModelFilesException($"The model in '{folder.Name}' does not say which token ends a text (eos_token_id in {ModelConfig.FileName}).");
        }

        var pad = files.ReadLayout(vocabulary).PadId;
        var texts = new string?[vocabulary.Values.Max() + 1];
        foreach (var (text, number) in vocabulary)
        {
            texts[number] = number == end || number == pad ? null : text;
        }

        var letters = Letters();
        var bytes = new List<byte>();
        var starts = new int[texts.Length + 1];
        for (var i = 0; i < texts.Length; i++)
        {
            starts[i] = bytes.Count;
            var text = texts[i] ?? "";
            bytes.AddRange(text.All(letters.ContainsKey) ? text.Select(letter => letters[letter]) : Encoding.UTF8.GetBytes(text));
        }

        starts[^1] = bytes.Count;
        return new TokenTexts([.. bytes], starts, end);
    }

    /// <summary>None for the special ones, and for those that a network has beyond its vocabulary.</summary>
    public ReadOnlySpan<byte> Bytes(int token) => token < Count ? _bytes.AsSpan(_starts[token].._starts[token + 1]) : [];

    /// <summary>GPT-2 writes bytes as letters: those that can be printed as themselves, the others as those from U+0100 on.</summary>
    private static Dictionary<char, byte> Letters()
    {
        Dictionary<char, byte> letters = [];
        var next = (char)256;
        for (var value = 0; value < 256; value++)
        {
            letters[value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)value : next++] = (byte)value;
        }

        return letters;
    }
}
