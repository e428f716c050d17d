using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML.Tokenizers;

/// <summary>The entries of a WordPiece vocabulary, by spelling and by id.</summary>
internal sealed class WordPieceVocabulary
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _tokens = [];

    private WordPieceVocabulary()
    {
    }

    public IReadOnlyDictionary<string, int> Ids => _ids;

    /// <summary>Reads one entry a line; the number of the line is its id. The stream stays open.</summary>
    public static WordPieceVocabulary Read(Stream vocabStream)
    {
        ArgumentNullException.ThrowIfNull(vocabStream);

        using var reader = new StreamReader(vocabStream, leaveOpen: true);
        var vocabulary = new WordPieceVocabulary();
        for (int id = 0; reader.ReadLine() is { } token; id++)
        {
            vocabulary.Add(token, id);
        }

        return vocabulary;
    }

    /// <inheritdoc cref="Read"/>
    public static async Task<WordPieceVocabulary> ReadAsync(Stream vocabStream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(vocabStream);

        using var reader = new StreamReader(vocabStream, leaveOpen: true);
        var vocabulary = new WordPieceVocabulary();
        for (int id = 0; await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } token; id++)
        {
            vocabulary.Add(token, id);
        }

        return vocabulary;
    }

    public bool TryGetToken(int id, [MaybeNullWhen(false)] out string token) => _tokens.TryGetValue(id, out token);

    public string GetToken(int id) => _tokens[id];

    /// <summary>Gives an entry one more spelling; decoding keeps to the first.</summary>
    public void AddSpelling(string spelling, int id) => _ids[spelling] = id;

    private void Add(string token, int id)
    {
        // An empty line names no token, but it counts.
        if (token.Length > 0)
        {
            _ids.Add(token, id);
            _tokens.Add(id, token);
        }
    }
}
