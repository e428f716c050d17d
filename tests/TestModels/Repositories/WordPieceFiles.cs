using System.Text.Json.Nodes;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Tokenizers;

namespace SocialSentiment.TestModels.Repositories;

/// <summary>The tokenizer files of BERT and DistilBERT.</summary>
internal static class WordPieceFiles
{
    public static void Write(string folder, WordPieceVocabulary vocabulary, EncoderConfig config)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "vocab.txt"), string.Concat(vocabulary.Tokens.Select(token => token + "\n")));
        JsonFile.Write(folder, "special_tokens_map.json", SpecialTokens());
        JsonFile.Write(folder, "tokenizer_config.json", TokenizerConfig(config));
        JsonFile.Write(folder, "tokenizer.json", Tokenizer(vocabulary));
    }

    private static JsonObject SpecialTokens() => new()
    {
        ["cls_token"] = WordPieceVocabulary.Start,
        ["mask_token"] = WordPieceVocabulary.Mask,
        ["pad_token"] = WordPieceVocabulary.Pad,
        ["sep_token"] = WordPieceVocabulary.End,
        ["unk_token"] = WordPieceVocabulary.Unknown,
    };

    private static JsonObject TokenizerConfig(EncoderConfig config)
    {
        var file = SpecialTokens();
        file["clean_up_tokenization_spaces"] = true;
        file["do_basic_tokenize"] = true;
        file["do_lower_case"] = true;
        file["model_max_length"] = config.MaxPositions;
        file["strip_accents"] = null;
        file["tokenize_chinese_chars"] = true;
        file["tokenizer_class"] = config.Kind == EncoderKind.DistilBert ? "DistilBertTokenizer" : "BertTokenizer";
        return file;
    }

    private static JsonObject Tokenizer(WordPieceVocabulary vocabulary) => new()
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = TokenizerJson.AddedTokens(vocabulary, WordPieceVocabulary.SpecialTokens),
        ["normalizer"] = new JsonObject
        {
            ["type"] = "BertNormalizer",
            ["clean_text"] = true,
            ["handle_chinese_chars"] = true,
            ["strip_accents"] = null,
            ["lowercase"] = true,
        },
        ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
        ["post_processor"] = new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Special(WordPieceVocabulary.Start, 0), Sequence("A", 0), Special(WordPieceVocabulary.End, 0)),
            ["pair"] = new JsonArray(
                Special(WordPieceVocabulary.Start, 0),
                Sequence("A", 0),
                Special(WordPieceVocabulary.End, 0),
                Sequence("B", 1),
                Special(WordPieceVocabulary.End, 1)),
            ["special_tokens"] = new JsonObject
            {
                [WordPieceVocabulary.Start] = Ids(vocabulary, WordPieceVocabulary.Start),
                [WordPieceVocabulary.End] = Ids(vocabulary, WordPieceVocabulary.End),
            },
        },
        ["decoder"] = new JsonObject { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = true },
        ["model"] = new JsonObject
        {
            ["type"] = "WordPiece",
            ["unk_token"] = WordPieceVocabulary.Unknown,
            ["continuing_subword_prefix"] = "##",
            ["max_input_chars_per_word"] = 100,
            ["vocab"] = JsonFile.Vocabulary(vocabulary.Tokens),
        },
    };

    private static JsonObject Special(string token, int type) => new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = type } };

    private static JsonObject Sequence(string name, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = type } };

    private static JsonObject Ids(WordPieceVocabulary vocabulary, string token) => new()
    {
        ["id"] = token,
        ["ids"] = new JsonArray(vocabulary.IdOf(token)),
        ["tokens"] = new JsonArray(token),
    };
}
