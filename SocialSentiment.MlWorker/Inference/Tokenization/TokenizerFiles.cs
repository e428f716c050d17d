using System.Text.Json;
using SocialSentiment.MlWorker.Models.Description;

namespace SocialSentiment.MlWorker.Inference.Tokenization;

internal enum TokenizerKind
{
    WordPiece,
    ByteLevel,
}

/// <summary>What the files of a model's folder say of its tokenizer. Special tokens go by their names: their numbers differ from model to model.</summary>
internal sealed class TokenizerFiles
{
    private const string Combined = "tokenizer.json";
    private const string WordList = "vocab.txt";
    private const string Vocabulary = "vocab.json";
    private const string Merges = "merges.txt";

    private static readonly string[] s_wordPieceClasses = ["BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer", "SqueezeBertTokenizer", "ConvBertTokenizer"];
    private static readonly string[] s_byteLevelClasses = ["GPT2Tokenizer", "RobertaTokenizer"];
    private static readonly string[] s_foreignFiles = ["bpe.codes", "sentencepiece.bpe.model", "spiece.model", "tokenizer.model"];

    private readonly JsonElement? _combined;
    private readonly JsonElement _settings;
    private readonly JsonElement _specialTokens;

    public TokenizerFiles(ModelFolder folder)
    {
        Folder = folder;
        _combined = folder.Json(Combined);
        _settings = folder.Json("tokenizer_config.json") ?? default;
        _specialTokens = folder.Json("special_tokens_map.json") ?? default;
        MaxPositions = ModelConfig.Read(folder)?.MaxTokens;
        Kind = _combined is null ? KindOfFiles() : KindOfModel();
    }

    public ModelFolder Folder { get; }

    public TokenizerKind Kind { get; }

    /// <summary>The longest input that the tokenizer's own settings allow.</summary>
    public int? ModelMaxLength => _settings.Count("model_max_length") is > 0 and var length ? length : null;

    /// <summary>The longest input that the network has positions for.</summary>
    public int? MaxPositions { get; }

    public string? UnknownToken => _combined is null ? (Kind == TokenizerKind.WordPiece ? Special("unk_token") : null) : Model.Text("unk_token");

    public string ContinuingPrefix => Model.Text("continuing_subword_prefix") ?? "##";

    private JsonElement Model => _combined?.Get("model") ?? default;

    public WordRules ReadWordRules()
    {
        var source = _settings;
        if (_combined is { } combined)
        {
            RequireType(combined, "pre_tokenizer", "BertPreTokenizer");
            RequireType(combined, "normalizer", "BertNormalizer");
            source = combined.Get("normalizer") ?? default;
        }

        var lowerCase = source.Flag("lowercase") ?? source.Flag("do_lower_case") ?? true;
        return new WordRules
        {
            CleanText = source.Flag("clean_text") ?? true,
            LowerCase = lowerCase,
            StripAccents = source.Flag("strip_accents") ?? lowerCase,
            HandleChineseChars = source.Flag("handle_chinese_chars") ?? source.Flag("tokenize_chinese_chars") ?? true,
            MaxWordLength = Model.Count("max_input_chars_per_word") ?? 100,
        };
    }

    public void RequireByteLevel()
    {
        if (_combined is not { } combined)
        {
            return;
        }

        RequireType(combined, "pre_tokenizer", "ByteLevel");
        if (combined.Get("pre_tokenizer")?.Flag("use_regex") is false)
        {
            throw Unsupported("a pre_tokenizer of its own making");
        }

        if (combined.Get("normalizer") is { } normalizer)
        {
            throw Unsupported($"the normalizer {normalizer.Text("type")}");
        }

        foreach (var name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (Model.Text(name) is { Length: > 0 } mark)
            {
                throw Unsupported($"the {name} '{mark}'");
            }
        }
    }

    public Dictionary<string, int> ReadVocabulary()
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        if (_combined is null && Kind == TokenizerKind.WordPiece)
        {
            var id = 0;
            foreach (var line in ReadLines(WordList))
            {
                vocabulary[line.TrimEnd()] = id++;
            }

            vocabulary.Remove("");
        }
        else
        {
            var tokens = _combined is null ? Folder.Json(Vocabulary) : Model.Get("vocab");
            if (tokens is not { ValueKind: JsonValueKind.Object })
            {
                throw Broken($"{Combined} holds no vocabulary");
            }

            foreach (var token in tokens.Value.EnumerateObject())
            {
                vocabulary[token.Name] = token.Value.ValueKind == JsonValueKind.Number && token.Value.TryGetInt32(out var id) && id >= 0
                    ? id
                    : throw Broken($"the token '{token.Name}' has no number");
            }
        }

        return vocabulary.Count > 0 ? vocabulary : throw Broken("its vocabulary is empty");
    }

    /// <summary>Two tokens and a blank between them; newer files write the two apart.</summary>
    public List<string> ReadMerges()
    {
        if (_combined is null)
        {
            return [.. ReadLines(Merges).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))];
        }

        return Model.Get("merges") is { ValueKind: JsonValueKind.Array } merges
            ? [.. merges.EnumerateArray().Select(ReadMerge)]
            : throw Broken($"{Combined} holds no merges");
    }

    public TokenizerLayout ReadLayout(Dictionary<string, int> vocabulary)
    {
        List<string> before = [], after = [];
        if (_combined is { } combined)
        {
            ReadTemplate(combined.Get("post_processor"), before, after);
        }
        else if (Kind == TokenizerKind.WordPiece || vocabulary.ContainsKey(Special("cls_token") ?? "<s>"))
        {
            before.Add(Special("cls_token") ?? (Kind == TokenizerKind.WordPiece ? "[CLS]" : "<s>"));
            after.Add(Special("sep_token") ?? (Kind == TokenizerKind.WordPiece ? "[SEP]" : "</s>"));
        }

        var added = ReadAdded();
        return new TokenizerLayout
        {
            Before = [.. before.Select(Id)],
            After = [.. after.Select(Id)],
            PadId = PadId(),
            AddsBlank = Kind == TokenizerKind.ByteLevel
                && ((_combined is null ? _settings : _combined?.Get("pre_tokenizer") ?? default).Flag("add_prefix_space") ?? false),
        };

        int Id(string token) => Find(token) ?? throw Broken($"its vocabulary lacks the special token '{token}'");

        int? Find(string? token)
            => token is null ? null : vocabulary.TryGetValue(token, out var id) || added.TryGetValue(token, out id) ? id : null;

        // GPT-2 has none, and is filled up with the end of the text.
        int PadId() => Special("pad_token") is { } pad
            ? Id(pad)
            : Find("[PAD]") ?? Find("<pad>") ?? Find(Special("eos_token")) ?? Find("<|endoftext|>") ?? throw Broken("it names no token to fill up shorter texts with (pad_token)");
    }

    // The oldest files do not name the kind; it shows in what else they say.
    private TokenizerKind KindOfModel() => Model.Text("type") switch
    {
        "WordPiece" => TokenizerKind.WordPiece,
        "BPE" => TokenizerKind.ByteLevel,
        null when Model.Get("merges") is not null => TokenizerKind.ByteLevel,
        null when Model.Get("max_input_chars_per_word") is not null => TokenizerKind.WordPiece,
        "Unigram" => throw Unsupported("Unigram (SentencePiece)"),
        var type => throw Unsupported(type ?? "no known kind"),
    };

    private TokenizerKind KindOfFiles()
    {
        if (s_foreignFiles.FirstOrDefault(Folder.Has) is { } foreign)
        {
            throw Unsupported(foreign == "bpe.codes" ? $"BPE over whole words ({foreign})" : $"SentencePiece ({foreign})");
        }

        var kind = Folder.Has(WordList) ? TokenizerKind.WordPiece
            : Folder.Has(Vocabulary) && Folder.Has(Merges) ? TokenizerKind.ByteLevel
            : throw new ModelFilesException($"The model in '{Folder.Name}' lacks a tokenizer: {Combined}, or {WordList}, or {Vocabulary} and {Merges}.");

        // A list of words may belong to quite another kind of tokenizer.
        var name = _settings.Text("tokenizer_class")?.Replace("TokenizerFast", "Tokenizer", StringComparison.Ordinal);
        return name is null || (kind == TokenizerKind.WordPiece ? s_wordPieceClasses : s_byteLevelClasses).Contains(name) ? kind : throw Unsupported(name);
    }

    private void ReadTemplate(JsonElement? processor, List<string> before, List<string> after)
    {
        switch (processor?.Text("type"))
        {
            case null or "ByteLevel":
                break;

            case "BertProcessing" or "RobertaProcessing":
                before.Add(First(processor.Value.Get("cls")));
                after.Add(First(processor.Value.Get("sep")));
                break;

            case "Sequence" when processor.Value.Get("processors") is { ValueKind: JsonValueKind.Array } parts:
                foreach (var part in parts.EnumerateArray())
                {
                    ReadTemplate(part, before, after);
                }

                break;

            case "TemplateProcessing" when processor.Value.Get("single") is { ValueKind: JsonValueKind.Array } parts:
                var place = before;
                foreach (var part in parts.EnumerateArray())
                {
                    if (part.Get("SpecialToken")?.Text("id") is { } token)
                    {
                        place.Add(token);
                    }
                    else
                    {
                        place = after;
                    }
                }

                break;

            case var type:
                throw Unsupported($"the post_processor {type}");
        }
    }

    private string First(JsonElement? pair)
        => pair is { ValueKind: JsonValueKind.Array } values && values.GetArrayLength() > 0 && values[0].ValueKind == JsonValueKind.String
            ? values[0].GetString()!
            : throw Broken("its post_processor names no special tokens");

    private string ReadMerge(JsonElement merge) => merge switch
    {
        { ValueKind: JsonValueKind.String } => merge.GetString()!,
        { ValueKind: JsonValueKind.Array } when merge.GetArrayLength() == 2 => $"{merge[0].GetString()} {merge[1].GetString()}",
        _ => throw Broken("one of its merges is not two tokens"),
    };

    /// <summary>Tokens that were given a number beside the vocabulary.</summary>
    private Dictionary<string, int> ReadAdded()
    {
        var added = new Dictionary<string, int>(StringComparer.Ordinal);
        if (_combined?.Get("added_tokens") is { ValueKind: JsonValueKind.Array } tokens)
        {
            foreach (var token in tokens.EnumerateArray())
            {
                if (token.Text("content") is { } content && token.Count("id") is { } id)
                {
                    added[content] = id;
                }
            }
        }

        return added;
    }

    /// <summary>A special token's spelling, which some files wrap in an object.</summary>
    private string? Special(string name)
    {
        foreach (var source in (JsonElement[])[_specialTokens, _settings])
        {
            if ((source.Text(name) ?? source.Get(name)?.Text("content")) is { } token)
            {
                return token;
            }
        }

        return null;
    }

    private IEnumerable<string> ReadLines(string file)
    {
        using var reader = new StreamReader(Folder.Open(file));
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private void RequireType(JsonElement combined, string part, string type)
    {
        if (combined.Get(part)?.Text("type") is var actual && actual != type)
        {
            throw Unsupported($"the {part} {actual ?? "none"}");
        }
    }

    private ModelFilesException Broken(string reason) => new($"The tokenizer of '{Folder.Name}' cannot be used: {reason}.");

    private ModelFilesException Unsupported(string kind) => new($"The tokenizer of '{Folder.Name}' is of a kind that is not supported here: {kind}. WordPiece and byte-level BPE are.");
}
