using System.Buffers;
using System.Collections.ObjectModel;
using System.Text.Json;

namespace Microsoft.ML.Tokenizers;

/// <summary>Byte pair encoding; with <see cref="BpeOptions.ByteLevel"/> and <see cref="RobertaPreTokenizer"/> that of GPT-2 and RoBERTa.</summary>
public sealed partial class BpeTokenizer : Tokenizer
{
    private const int MaxStackLength = 256;

    private readonly BpeModel _model;
    private readonly SubwordCache _cache = new();
    private readonly Dictionary<int, string> _tokens = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>>? _specialIds;
    private readonly Dictionary<int, string> _specialTokens = [];
    private readonly int? _unknownId;
    private readonly int? _beginningId;
    private readonly int? _endId;
    private readonly string? _endOfSentenceToken;

    private BpeTokenizer(BpeOptions options)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string token, int id) in options.Vocabulary)
        {
            vocabulary.Add(token, id);
            _tokens.Add(id, token);
        }

        if (options.SpecialTokens is not null)
        {
            var specialIds = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach ((string token, int id) in options.SpecialTokens)
            {
                specialIds.Add(token, id);
                _specialTokens.Add(id, token);
            }

            _specialIds = specialIds.GetAlternateLookup<ReadOnlySpan<char>>();
        }

        Vocabulary = new ReadOnlyDictionary<string, int>(vocabulary);
        SpecialTokens = options.SpecialTokens;
        UnknownToken = options.UnknownToken;
        FuseUnknownTokens = options.FuseUnknownTokens;
        ContinuingSubwordPrefix = options.ContinuingSubwordPrefix;
        EndOfWordSuffix = options.EndOfWordSuffix;
        ByteLevel = options.ByteLevel;
        BeginningOfSentenceToken = options.BeginningOfSentenceToken;
        Normalizer = options.Normalizer;
        PreTokenizer = options.PreTokenizer ?? PreTokenizer.CreateWordOrNonWord();

        _endOfSentenceToken = options.EndOfSentenceToken;
        _beginningId = FindSentenceToken(options.BeginningOfSentenceToken);
        _endId = FindSentenceToken(options.EndOfSentenceToken);

        if (UnknownToken is not null)
        {
            _unknownId = vocabulary.TryGetValue(UnknownToken, out int id)
                ? id
                : throw new InvalidOperationException($"The vocabulary lacks the unknown token '{UnknownToken}'.");
        }

        _model = new BpeModel(vocabulary, options.Merges ?? [], _unknownId, FuseUnknownTokens, ContinuingSubwordPrefix, EndOfWordSuffix);
    }

    public override PreTokenizer? PreTokenizer { get; }

    public override Normalizer? Normalizer { get; }

    public IReadOnlyDictionary<string, int> Vocabulary { get; }

    public IReadOnlyDictionary<string, int>? SpecialTokens { get; }

    public string? UnknownToken { get; }

    public bool FuseUnknownTokens { get; }

    public string? ContinuingSubwordPrefix { get; }

    public string? EndOfWordSuffix { get; }

    public bool ByteLevel { get; }

    public string? BeginningOfSentenceToken { get; }

    /// <param name="vocabFile">A JSON object that gives every token its id.</param>
    /// <param name="mergesFile">The pairs to merge, best first, one pair a line.</param>
    public static BpeTokenizer Create(string vocabFile, string? mergesFile) => Create(vocabFile, mergesFile, preTokenizer: null);

    /// <inheritdoc cref="Create(string, string?)"/>
    public static BpeTokenizer Create(
        string vocabFile,
        string? mergesFile,
        PreTokenizer? preTokenizer = null,
        Normalizer? normalizer = null,
        IReadOnlyDictionary<string, int>? specialTokens = null,
        string? unknownToken = null,
        string? continuingSubwordPrefix = null,
        string? endOfWordSuffix = null,
        bool fuseUnknownTokens = false)
    {
        ArgumentNullException.ThrowIfNull(vocabFile);

        using FileStream vocabulary = File.OpenRead(vocabFile);
        using FileStream? merges = mergesFile is null ? null : File.OpenRead(mergesFile);
        return Create(vocabulary, merges, preTokenizer, normalizer, specialTokens, unknownToken, continuingSubwordPrefix, endOfWordSuffix, fuseUnknownTokens);
    }

    public static BpeTokenizer Create(BpeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        var tokenizer = new BpeTokenizer(options);
        return tokenizer.Vocabulary.Count > 0 ? tokenizer : throw new InvalidOperationException("The vocabulary is empty.");
    }

    /// <param name="vocabStream">A JSON object that gives every token its id. The stream stays open.</param>
    /// <param name="mergesStream">The pairs to merge, best first, one pair a line. The stream stays open.</param>
    public static BpeTokenizer Create(Stream vocabStream, Stream? mergesStream) => Create(vocabStream, mergesStream, preTokenizer: null);

    /// <inheritdoc cref="Create(Stream, Stream?)"/>
    public static BpeTokenizer Create(
        Stream vocabStream,
        Stream? mergesStream,
        PreTokenizer? preTokenizer = null,
        Normalizer? normalizer = null,
        IReadOnlyDictionary<string, int>? specialTokens = null,
        string? unknownToken = null,
        string? continuingSubwordPrefix = null,
        string? endOfWordSuffix = null,
        bool fuseUnknownTokens = false)
    {
        ArgumentNullException.ThrowIfNull(vocabStream);

        return new BpeTokenizer(new BpeOptions(JsonSerializer.Deserialize(vocabStream, BpeFiles.VocabularyType) ?? [])
        {
            Merges = mergesStream is null ? null : BpeFiles.ReadMerges(mergesStream),
            PreTokenizer = preTokenizer,
            Normalizer = normalizer,
            SpecialTokens = specialTokens,
            UnknownToken = unknownToken,
            ContinuingSubwordPrefix = continuingSubwordPrefix,
            EndOfWordSuffix = endOfWordSuffix,
            FuseUnknownTokens = fuseUnknownTokens,
        });
    }

    /// <inheritdoc cref="Create(Stream, Stream?)"/>
    public static async Task<BpeTokenizer> CreateAsync(
        Stream vocabStream,
        Stream? mergesStream,
        PreTokenizer? preTokenizer = null,
        Normalizer? normalizer = null,
        IReadOnlyDictionary<string, int>? specialTokens = null,
        string? unknownToken = null,
        string? continuingSubwordPrefix = null,
        string? endOfWordSuffix = null,
        bool fuseUnknownTokens = false)
    {
        ArgumentNullException.ThrowIfNull(vocabStream);

        return new BpeTokenizer(new BpeOptions(await JsonSerializer.DeserializeAsync(vocabStream, BpeFiles.VocabularyType).ConfigureAwait(false) ?? [])
        {
            Merges = mergesStream is null ? null : await BpeFiles.ReadMergesAsync(mergesStream).ConfigureAwait(false),
            PreTokenizer = preTokenizer,
            Normalizer = normalizer,
            SpecialTokens = specialTokens,
            UnknownToken = unknownToken,
            ContinuingSubwordPrefix = continuingSubwordPrefix,
            EndOfWordSuffix = endOfWordSuffix,
            FuseUnknownTokens = fuseUnknownTokens,
        });
    }

    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        if (string.IsNullOrEmpty(text) && textSpan.IsEmpty)
        {
            return new EncodeResults<EncodedToken> { Tokens = [] };
        }

        var input = new EncodingInput(text, textSpan, settings, this);
        int end = input.Text.Length;
        var tokens = new List<EncodedToken>();

        if (_beginningId is { } beginningId)
        {
            tokens.Add(new EncodedToken(beginningId, BeginningOfSentenceToken!, 0..0));
        }

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

        if (_endId is { } endId)
        {
            tokens.Add(new EncodedToken(endId, _endOfSentenceToken!, end..end));
        }

        return new EncodeResults<EncodedToken> { Tokens = tokens, NormalizedText = input.NormalizedText, CharsConsumed = end };
    }

    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.MaxTokenCount, nameof(settings.MaxTokenCount));

        int length = text?.Length ?? textSpan.Length;
        var ids = new List<int>(Math.Min(length / 3, settings.MaxTokenCount) + 2);
        Encode(text, textSpan, settings, ids, out string? normalizedText, out int charsConsumed);
        return new EncodeResults<int> { Tokens = ids, NormalizedText = normalizedText, CharsConsumed = charsConsumed };
    }

    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.MaxTokenCount, nameof(settings.MaxTokenCount));
        return Encode(text, textSpan, settings, ids: null, out _, out _);
    }

    protected override int GetIndexByTokenCount(
        string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, bool fromEnd, out string? normalizedText, out int tokenCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.MaxTokenCount, "maxTokenCount");

        if (fromEnd)
        {
            return GetIndexFromEnd(text, textSpan, settings, out normalizedText, out tokenCount);
        }

        tokenCount = Encode(text, textSpan, settings, ids: null, out normalizedText, out int charsConsumed);
        return charsConsumed;
    }

    /// <summary>Encodes a text, or with no list for the ids just counts them.</summary>
    private int Encode(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, List<int>? ids, out string? normalizedText, out int charsConsumed)
    {
        int maxCount = settings.MaxTokenCount;
        normalizedText = null;
        charsConsumed = 0;
        if (string.IsNullOrEmpty(text) && textSpan.IsEmpty)
        {
            return 0;
        }

        var input = new EncodingInput(text, textSpan, settings, this);
        normalizedText = input.NormalizedText;

        int count = 0;
        if (_beginningId is { } beginningId)
        {
            ids?.Add(beginningId);
            count = 1;
        }

        if (input.IsCut)
        {
            foreach ((int offset, int length) in input.Pieces)
            {
                count += AddIds(input.Text.Slice(offset, length), ids, maxCount - count, out int consumed);
                charsConsumed = offset + consumed;

                if (consumed < length || count >= maxCount)
                {
                    break;
                }
            }
        }
        else
        {
            // As in the real package the beginning takes no place here, and counts only where there are ids to count.
            count = AddIds(input.Text, ids, maxCount, out charsConsumed);
            count = ids?.Count ?? count;
        }

        if (_endId is { } endId && count < maxCount)
        {
            ids?.Add(endId);
            count++;
        }

        return count;
    }

    private int GetIndexFromEnd(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, out string? normalizedText, out int tokenCount)
    {
        int maxCount = settings.MaxTokenCount;
        normalizedText = null;
        tokenCount = 0;
        if (string.IsNullOrEmpty(text) && textSpan.IsEmpty)
        {
            return 0;
        }

        var input = new EncodingInput(text, textSpan, settings, this);
        normalizedText = input.NormalizedText;

        int index = 0;
        int endCount = _endId is null ? 0 : 1;
        if (input.IsCut)
        {
            tokenCount = endCount;
            foreach ((int offset, int length) in input.ListPieces(fromEnd: true))
            {
                tokenCount += CountFromEnd(input.Text.Slice(offset, length), maxCount - tokenCount, out int start);
                if (start > 0 || tokenCount >= maxCount)
                {
                    return offset + start;
                }
            }
        }
        else
        {
            // As in the real package the end takes a place here but is not counted.
            tokenCount = CountFromEnd(input.Text, maxCount - endCount, out index);
        }

        if (_beginningId is not null && tokenCount < maxCount)
        {
            tokenCount++;
        }

        return index;
    }

    private int? FindSentenceToken(string? token)
    {
        if (token is null)
        {
            return null;
        }

        if (Vocabulary.TryGetValue(token, out int id) || SpecialTokens?.TryGetValue(token, out id) is true)
        {
            return id;
        }

        // As in the real package this is an error only where there are special tokens; without any the id is 0.
        return SpecialTokens is null ? 0 : throw new InvalidOperationException($"The vocabulary lacks the sentence token '{token}'.");
    }

    private bool TryGetSpecialId(ReadOnlySpan<char> piece, out int id)
    {
        id = 0;
        return _specialIds?.TryGetValue(piece, out id) is true;
    }

    private Subword[] Split(ReadOnlySpan<char> piece)
    {
        if (!_cache.TryGet(piece, out Subword[]? subwords))
        {
            subwords = ByteLevel ? SplitBytes(piece) : _model.Encode(piece);
            _cache.Add(piece, subwords);
        }

        return subwords!;
    }

    private Subword[] SplitBytes(ReadOnlySpan<char> piece)
    {
        int maxLength = ByteAlphabet.GetMaxLength(piece.Length);
        char[]? rented = maxLength <= MaxStackLength ? null : ArrayPool<char>.Shared.Rent(maxLength);
        try
        {
            Span<char> letters = rented ?? stackalloc char[MaxStackLength];
            return _model.Encode(letters[..ByteAlphabet.Encode(piece, letters)]);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<char>.Shared.Return(rented);
            }
        }
    }

    private void AddTokens(ReadOnlySpan<char> piece, int offset, List<EncodedToken> tokens)
    {
        if (TryGetSpecialId(piece, out int specialId))
        {
            tokens.Add(new EncodedToken(specialId, _specialTokens[specialId], offset..(offset + piece.Length)));
            return;
        }

        int position = 0;
        int charIndex = 0;
        int letterIndex = 0;
        foreach (Subword subword in Split(piece))
        {
            int start = position;
            int end = position += subword.Length;
            if (ByteLevel)
            {
                // From the character of the first byte to the one after that of the last; of a surrogate pair only the first half counts.
                ByteAlphabet.Advance(piece, start, ref charIndex, ref letterIndex);
                start = charIndex;
                ByteAlphabet.Advance(piece, end - 1, ref charIndex, ref letterIndex);
                end = charIndex + 1;
            }

            tokens.Add(new EncodedToken(subword.Id, _tokens[subword.Id], (offset + start)..(offset + end)));
        }
    }

    private int AddIds(ReadOnlySpan<char> piece, List<int>? ids, int maxCount, out int charsConsumed)
    {
        charsConsumed = piece.Length;
        if (maxCount > 0 && TryGetSpecialId(piece, out int specialId))
        {
            ids?.Add(specialId);
            return 1;
        }

        ReadOnlySpan<Subword> subwords = Split(piece);
        if (subwords.Length > maxCount)
        {
            subwords = subwords[..maxCount];
            charsConsumed = ToCharIndex(piece, TotalLength(subwords));
        }

        if (ids is not null)
        {
            foreach (Subword subword in subwords)
            {
                ids.Add(subword.Id);
            }
        }

        return subwords.Length;
    }

    /// <summary>Counts the tokens of a piece from its end, and says where the first of them starts.</summary>
    private int CountFromEnd(ReadOnlySpan<char> piece, int maxCount, out int start)
    {
        start = 0;
        if (maxCount > 0 && TryGetSpecialId(piece, out _))
        {
            return 1;
        }

        ReadOnlySpan<Subword> subwords = Split(piece);
        if (subwords.Length > maxCount)
        {
            subwords = subwords[^maxCount..];
            int length = ByteLevel ? ByteAlphabet.GetLength(piece) : piece.Length;
            start = ToCharIndex(piece, length - TotalLength(subwords));
        }

        return subwords.Length;
    }

    private static int TotalLength(ReadOnlySpan<Subword> subwords)
    {
        int length = 0;
        foreach (Subword subword in subwords)
        {
            length += subword.Length;
        }

        return length;
    }

    /// <summary>Which character of a piece a position among its subwords falls on.</summary>
    private int ToCharIndex(ReadOnlySpan<char> piece, int position)
    {
        if (!ByteLevel)
        {
            return position;
        }

        int charIndex = 0;
        int letterIndex = 0;
        ByteAlphabet.Advance(piece, position, ref charIndex, ref letterIndex);
        return charIndex;
    }
}
