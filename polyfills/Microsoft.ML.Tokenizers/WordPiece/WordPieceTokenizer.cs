namespace Microsoft.ML.Tokenizers;

/// <summary>Spells each word with the longest entries of the vocabulary that fit, from left to right, or calls it unknown.</summary>
public partial class WordPieceTokenizer : Tokenizer
{
    private readonly WordPieceVocabulary _vocabulary;
    private readonly LongestMatch _starts;
    private readonly LongestMatch _continuations;
    private readonly HashSet<int> _specialIds;

    internal WordPieceTokenizer(WordPieceVocabulary vocabulary, WordPieceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options.UnknownToken, nameof(options.UnknownToken));
        ArgumentNullException.ThrowIfNull(options.ContinuingSubwordPrefix, nameof(options.ContinuingSubwordPrefix));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxInputCharsPerWord, nameof(options.MaxInputCharsPerWord));

        if (!vocabulary.Ids.TryGetValue(options.UnknownToken, out int unknownTokenId))
        {
            throw new ArgumentException($"The vocabulary lacks the unknown token '{options.UnknownToken}'.");
        }

        _vocabulary = vocabulary;
        _starts = new LongestMatch(vocabulary.Ids);
        _continuations = new LongestMatch(vocabulary.Ids, options.ContinuingSubwordPrefix);
        _specialIds = [.. options.SpecialTokens?.Values ?? []];

        UnknownToken = options.UnknownToken;
        UnknownTokenId = unknownTokenId;
        ContinuingSubwordPrefix = options.ContinuingSubwordPrefix;
        MaxInputCharsPerWord = options.MaxInputCharsPerWord;
        SpecialTokens = options.SpecialTokens;
        Normalizer = options.Normalizer;
        PreTokenizer = options.PreTokenizer ?? PreTokenizer.CreateWhiteSpace(options.SpecialTokens);
    }

    public override PreTokenizer? PreTokenizer { get; }

    public override Normalizer? Normalizer { get; }

    public string UnknownToken { get; }

    public int UnknownTokenId { get; }

    public string ContinuingSubwordPrefix { get; }

    public int MaxInputCharsPerWord { get; }

    public IReadOnlyDictionary<string, int>? SpecialTokens { get; }

    /// <param name="vocabFilePath">A file with one entry a line; the number of the line is its id.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    public static WordPieceTokenizer Create(string vocabFilePath, WordPieceOptions? options = null)
    {
        using FileStream stream = OpenVocabulary(vocabFilePath);
        return Create(stream, options);
    }

    /// <param name="vocabStream">One entry a line; the number of the line is its id. The stream stays open.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    public static WordPieceTokenizer Create(Stream vocabStream, WordPieceOptions? options = null)
        => new(WordPieceVocabulary.Read(vocabStream), options ?? new WordPieceOptions());

    /// <inheritdoc cref="Create(string, WordPieceOptions?)"/>
    public static async Task<WordPieceTokenizer> CreateAsync(string vocabFilePath, WordPieceOptions? options = null, CancellationToken cancellationToken = default)
    {
        using FileStream stream = OpenVocabulary(vocabFilePath);
        return await CreateAsync(stream, options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="Create(Stream, WordPieceOptions?)"/>
    public static async Task<WordPieceTokenizer> CreateAsync(Stream vocabStream, WordPieceOptions? options = null, CancellationToken cancellationToken = default)
        => new(await WordPieceVocabulary.ReadAsync(vocabStream, cancellationToken).ConfigureAwait(false), options ?? new WordPieceOptions());

    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        if (string.IsNullOrEmpty(text) && textSpan.IsEmpty)
        {
            return new EncodeResults<EncodedToken> { Tokens = [] };
        }

        var input = new EncodingInput(text, textSpan, settings, this);
        var tokens = new List<EncodedToken>();

        if (input.IsCut)
        {
            foreach ((int offset, int length) in input.Pieces)
            {
                AddTokens(input.Text.Slice(offset, length), offset, tokens);
            }
        }
        else
        {
            AddTokens(input.Text, 0, tokens);
        }

        return new EncodeResults<EncodedToken> { Tokens = tokens, NormalizedText = input.NormalizedText, CharsConsumed = input.Text.Length };
    }

    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.MaxTokenCount, nameof(settings.MaxTokenCount));

        if (string.IsNullOrEmpty(text) && textSpan.IsEmpty)
        {
            return new EncodeResults<int> { Tokens = [] };
        }

        var input = new EncodingInput(text, textSpan, settings, this);

        // Room for the usual three characters a token, and for the two special tokens around them.
        var ids = new List<int>(Math.Min(input.Text.Length / 3, settings.MaxTokenCount) + 2);
        int charsConsumed = 0;

        if (input.IsCut)
        {
            foreach ((int offset, int length) in input.Pieces)
            {
                AddIds(input.Text.Slice(offset, length), ids, settings.MaxTokenCount - ids.Count, out int consumed);

                // As in the real package the word that fills the last place does not count as consumed.
                if (consumed < length || ids.Count >= settings.MaxTokenCount)
                {
                    break;
                }

                charsConsumed = offset + consumed;
            }
        }
        else
        {
            AddIds(input.Text, ids, int.MaxValue, out charsConsumed);
        }

        return new EncodeResults<int> { Tokens = ids, NormalizedText = input.NormalizedText, CharsConsumed = charsConsumed };
    }

    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.MaxTokenCount, nameof(settings.MaxTokenCount));

        if (string.IsNullOrEmpty(text) && textSpan.IsEmpty)
        {
            return 0;
        }

        var input = new EncodingInput(text, textSpan, settings, this);
        if (!input.IsCut)
        {
            return AddIds(input.Text, null, settings.MaxTokenCount, out _);
        }

        int count = 0;
        foreach ((int offset, int length) in input.Pieces)
        {
            count += AddIds(input.Text.Slice(offset, length), null, settings.MaxTokenCount - count, out int consumed);
            if (consumed < length || count >= settings.MaxTokenCount)
            {
                break;
            }
        }

        return count;
    }

    protected override int GetIndexByTokenCount(
        string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, bool fromEnd, out string? normalizedText, out int tokenCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.MaxTokenCount, nameof(settings.MaxTokenCount));

        tokenCount = 0;
        if (string.IsNullOrEmpty(text) && textSpan.IsEmpty)
        {
            normalizedText = null;
            return 0;
        }

        // As in the real package one setting governs both steps here.
        settings.ConsiderPreTokenization = settings.ConsiderNormalization;

        var input = new EncodingInput(text, textSpan, settings, this);
        normalizedText = input.NormalizedText;
        int end = input.Text.Length;

        if (!input.IsCut)
        {
            int count = AddIds(input.Text, null, settings.MaxTokenCount, out int consumed);
            bool fits = consumed == end;
            tokenCount = fits ? count : 0;
            return fits != fromEnd ? end : 0;
        }

        foreach ((int offset, int length) in input.ListPieces(fromEnd))
        {
            int count = AddIds(input.Text.Slice(offset, length), null, settings.MaxTokenCount - tokenCount, out int consumed);
            if (consumed != length)
            {
                return fromEnd ? offset + length : offset;
            }

            tokenCount += count;
            if (count >= settings.MaxTokenCount)
            {
                return fromEnd ? offset : offset + length;
            }
        }

        return fromEnd ? 0 : end;
    }

    private protected static FileStream OpenVocabulary(string vocabFilePath)
        => string.IsNullOrEmpty(vocabFilePath) ? throw new ArgumentNullException(nameof(vocabFilePath)) : File.OpenRead(vocabFilePath);

    private bool TryFindNext(ReadOnlySpan<char> word, int start, out int id, out int length)
        => (start == 0 ? _starts : _continuations).TryFind(word[start..], out id, out length);

    private void AddTokens(ReadOnlySpan<char> word, int offset, List<EncodedToken> tokens)
    {
        int before = tokens.Count;
        if (!TryAddTokens(word, offset, tokens))
        {
            tokens.RemoveRange(before, tokens.Count - before);
            tokens.Add(new EncodedToken(UnknownTokenId, UnknownToken, offset..(offset + word.Length)));
        }
    }

    private bool TryAddTokens(ReadOnlySpan<char> word, int offset, List<EncodedToken> tokens)
    {
        if (word.Length > MaxInputCharsPerWord)
        {
            return false;
        }

        for (int start = 0; start < word.Length;)
        {
            if (!TryFindNext(word, start, out int id, out int length))
            {
                return false;
            }

            tokens.Add(new EncodedToken(id, _vocabulary.GetToken(id), (offset + start)..(offset + start + length)));
            start += length;
        }

        return true;
    }

    /// <summary>Adds a word's ids, or just counts them. A word takes all the places it needs or, with nothing consumed, none.</summary>
    private int AddIds(ReadOnlySpan<char> word, List<int>? ids, int maxCount, out int charsConsumed)
    {
        charsConsumed = word.Length;
        if (word.Length > MaxInputCharsPerWord)
        {
            ids?.Add(UnknownTokenId);
            return 1;
        }

        int count = 0;
        for (int start = 0; start < word.Length;)
        {
            bool isKnown = TryFindNext(word, start, out int id, out int length);

            // As in the real package an unknown word does not ask for room, unless there is less than none.
            if (isKnown ? count >= maxCount : count > maxCount)
            {
                RemoveLast(ids, count);
                charsConsumed = 0;
                return 0;
            }

            if (!isKnown)
            {
                RemoveLast(ids, count);
                ids?.Add(UnknownTokenId);
                return 1;
            }

            ids?.Add(id);
            count++;
            start += length;
        }

        return count;
    }

    private static void RemoveLast(List<int>? ids, int count) => ids?.RemoveRange(ids.Count - count, count);
}
