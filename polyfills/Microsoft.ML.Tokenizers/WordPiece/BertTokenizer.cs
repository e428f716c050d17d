namespace Microsoft.ML.Tokenizers;

/// <summary>WordPiece as BERT uses it: normalized text, cut at punctuation, between a classification and a separator token.</summary>
public sealed partial class BertTokenizer : WordPieceTokenizer
{
    private BertTokenizer(WordPieceVocabulary vocabulary, BertOptions options)
        : base(vocabulary, options)
    {
        LowerCaseBeforeTokenization = options.LowerCaseBeforeTokenization;
        ApplyBasicTokenization = options.ApplyBasicTokenization;
        SplitOnSpecialTokens = options.SplitOnSpecialTokens;
        IndividuallyTokenizeCjk = options.IndividuallyTokenizeCjk;
        RemoveNonSpacingMarks = options.RemoveNonSpacingMarks;

        SeparatorToken = options.SeparatorToken;
        SeparatorTokenId = vocabulary.Ids[options.SeparatorToken];
        PaddingToken = options.PaddingToken;
        PaddingTokenId = vocabulary.Ids[options.PaddingToken];
        ClassificationToken = options.ClassificationToken;
        ClassificationTokenId = vocabulary.Ids[options.ClassificationToken];
        MaskingToken = options.MaskingToken;
        MaskingTokenId = vocabulary.Ids[options.MaskingToken];
    }

    public bool LowerCaseBeforeTokenization { get; }

    public bool ApplyBasicTokenization { get; }

    public bool SplitOnSpecialTokens { get; }

    public string SeparatorToken { get; }

    public int SeparatorTokenId { get; }

    public string PaddingToken { get; }

    public int PaddingTokenId { get; }

    public string ClassificationToken { get; }

    public int ClassificationTokenId { get; }

    public string MaskingToken { get; }

    public int MaskingTokenId { get; }

    public bool IndividuallyTokenizeCjk { get; }

    public bool RemoveNonSpacingMarks { get; }

    /// <param name="vocabFilePath">A file with one entry a line; the number of the line is its id.</param>
    /// <param name="options">The options, or null for the defaults. What they leave open (normalizer, pre-tokenizer, special tokens) is filled in.</param>
    public static BertTokenizer Create(string vocabFilePath, BertOptions? options = null)
    {
        using FileStream stream = OpenVocabulary(vocabFilePath);
        return Create(stream, options);
    }

    /// <param name="vocabStream">One entry a line; the number of the line is its id. The stream stays open.</param>
    /// <param name="options">The options, or null for the defaults. What they leave open (normalizer, pre-tokenizer, special tokens) is filled in.</param>
    public static BertTokenizer Create(Stream vocabStream, BertOptions? options = null)
        => Create(WordPieceVocabulary.Read(vocabStream), options ?? new BertOptions());

    /// <inheritdoc cref="Create(string, BertOptions?)"/>
    public static async Task<BertTokenizer> CreateAsync(string vocabFilePath, BertOptions? options = null, CancellationToken cancellationToken = default)
    {
        using FileStream stream = OpenVocabulary(vocabFilePath);
        return await CreateAsync(stream, options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="Create(Stream, BertOptions?)"/>
    public static async Task<BertTokenizer> CreateAsync(Stream vocabStream, BertOptions? options = null, CancellationToken cancellationToken = default)
        => Create(await WordPieceVocabulary.ReadAsync(vocabStream, cancellationToken).ConfigureAwait(false), options ?? new BertOptions());

    public new IReadOnlyList<int> EncodeToIds(string text, bool considerPreTokenization = true, bool considerNormalization = true)
        => EncodeToIds(text, addSpecialTokens: true, considerPreTokenization, considerNormalization);

    public new IReadOnlyList<int> EncodeToIds(ReadOnlySpan<char> text, bool considerPreTokenization = true, bool considerNormalization = true)
        => EncodeToIds(text, addSpecialTokens: true, considerPreTokenization, considerNormalization);

    public IReadOnlyList<int> EncodeToIds(string text, bool addSpecialTokens, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        IReadOnlyList<int> ids = base.EncodeToIds(text, considerPreTokenization, considerNormalization);
        return addSpecialTokens ? Enclose(ids) : ids;
    }

    public IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text, bool addSpecialTokens, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        IReadOnlyList<int> ids = base.EncodeToIds(text, considerPreTokenization, considerNormalization);
        return addSpecialTokens ? Enclose(ids) : ids;
    }

    public new IReadOnlyList<int> EncodeToIds(
        string text, int maxTokenCount, out string? normalizedText, out int charsConsumed, bool considerPreTokenization = true, bool considerNormalization = true)
        => EncodeToIds(text, maxTokenCount, addSpecialTokens: true, out normalizedText, out charsConsumed, considerPreTokenization, considerNormalization);

    public new IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text, int maxTokenCount, out string? normalizedText, out int charsConsumed, bool considerPreTokenization = true, bool considerNormalization = true)
        => EncodeToIds(text, maxTokenCount, addSpecialTokens: true, out normalizedText, out charsConsumed, considerPreTokenization, considerNormalization);

    public IReadOnlyList<int> EncodeToIds(
        string text, int maxTokenCount, bool addSpecialTokens, out string? normalizedText, out int charsConsumed, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        if (!addSpecialTokens)
        {
            return base.EncodeToIds(text, maxTokenCount, out normalizedText, out charsConsumed, considerPreTokenization, considerNormalization);
        }

        if (maxTokenCount < 2)
        {
            normalizedText = null;
            charsConsumed = 0;
            return [];
        }

        return Enclose(base.EncodeToIds(text, maxTokenCount - 2, out normalizedText, out charsConsumed, considerPreTokenization, considerNormalization));
    }

    public IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text, int maxTokenCount, bool addSpecialTokens, out string? normalizedText, out int charsConsumed, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        if (!addSpecialTokens)
        {
            return base.EncodeToIds(text, maxTokenCount, out normalizedText, out charsConsumed, considerPreTokenization, considerNormalization);
        }

        if (maxTokenCount < 2)
        {
            normalizedText = null;
            charsConsumed = 0;
            return [];
        }

        return Enclose(base.EncodeToIds(text, maxTokenCount - 2, out normalizedText, out charsConsumed, considerPreTokenization, considerNormalization));
    }

    private static BertTokenizer Create(WordPieceVocabulary vocabulary, BertOptions options)
    {
        if (options.ApplyBasicTokenization)
        {
            options.Normalizer ??= new BertNormalizer(options.LowerCaseBeforeTokenization, options.IndividuallyTokenizeCjk, options.RemoveNonSpacingMarks);
        }

        // Special tokens are looked for in the normalized text, which may be in lower case.
        IReadOnlyDictionary<string, int>? spellings = options.SplitOnSpecialTokens ? SpellSpecialTokens(vocabulary, options) : null;

        options.PreTokenizer ??= options.ApplyBasicTokenization
            ? PreTokenizer.CreateWordOrPunctuation(spellings)
            : PreTokenizer.CreateWhiteSpace();

        return new BertTokenizer(vocabulary, options);
    }

    private static IReadOnlyDictionary<string, int> SpellSpecialTokens(WordPieceVocabulary vocabulary, BertOptions options)
    {
        bool lowerCase = options.ApplyBasicTokenization && options.LowerCaseBeforeTokenization;
        if (options.SpecialTokens is not null && !lowerCase)
        {
            return options.SpecialTokens;
        }

        options.SpecialTokens ??= DefaultSpecialTokens(vocabulary, options);
        if (!lowerCase)
        {
            return options.SpecialTokens;
        }

        var spellings = new Dictionary<string, int>();
        foreach ((string token, int id) in options.SpecialTokens)
        {
            if (!vocabulary.Ids.TryGetValue(token, out int knownId) || knownId != id)
            {
                throw new ArgumentException($"The vocabulary has no special token '{token}' with the id {id}.");
            }

            string spelling = token.ToLowerInvariant();
            vocabulary.AddSpelling(spelling, id);
            spellings[spelling] = id;
        }

        return spellings;
    }

    private static Dictionary<string, int> DefaultSpecialTokens(WordPieceVocabulary vocabulary, BertOptions options)
    {
        var specialTokens = new Dictionary<string, int>();
        foreach (string token in (string[])[options.UnknownToken, options.SeparatorToken, options.PaddingToken, options.ClassificationToken, options.MaskingToken])
        {
            specialTokens[token] = token is not null && vocabulary.Ids.TryGetValue(token, out int id)
                ? id
                : throw new ArgumentException($"The vocabulary lacks the special token '{token}'.");
        }

        return specialTokens;
    }

    /// <summary>Puts the classification token before, and the separator token after, ids that nobody else has seen yet.</summary>
    private List<int> Enclose(IReadOnlyList<int> ids)
    {
        List<int> list = ids as List<int> ?? [.. ids];
        list.Insert(0, ClassificationTokenId);
        list.Add(SeparatorTokenId);
        return list;
    }
}
