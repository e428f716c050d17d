using System.Text.Json.Nodes;
using SocialSentiment.TestModels.Tokenizers;

namespace SocialSentiment.TestModels.Repositories;

/// <summary>The tokenizer files of RoBERTa and GPT-2.</summary>
internal static class BytePairFiles
{
    public static void WriteRoberta(string folder, BytePairVocabulary vocabulary, int maxLength)
    {
        string[] special = [BytePairVocabulary.Start, BytePairVocabulary.Pad, BytePairVocabulary.End, BytePairVocabulary.Unknown, BytePairVocabulary.Mask];
        JsonObject postProcessor = new()
        {
            ["type"] = "RobertaProcessing",
            ["sep"] = new JsonArray(BytePairVocabulary.End, vocabulary.IdOf(BytePairVocabulary.End)),
            ["cls"] = new JsonArray(BytePairVocabulary.Start, vocabulary.IdOf(BytePairVocabulary.Start)),
            ["trim_offsets"] = true,
            ["add_prefix_space"] = false,
        };
        JsonObject names = new()
        {
            ["bos_token"] = BytePairVocabulary.Start,
            ["cls_token"] = BytePairVocabulary.Start,
            ["eos_token"] = BytePairVocabulary.End,
            ["mask_token"] = BytePairVocabulary.Mask,
            ["pad_token"] = BytePairVocabulary.Pad,
            ["sep_token"] = BytePairVocabulary.End,
            ["unk_token"] = BytePairVocabulary.Unknown,
        };
        var addedTokens = TokenizerJson.AddedTokens(vocabulary, special, takesBlankBefore: BytePairVocabulary.Mask);
        Write(folder, vocabulary, names, addedTokens, postProcessor, "RobertaTokenizer", maxLength);
    }

    public static void WriteGpt2(string folder, BytePairVocabulary vocabulary, int maxLength)
    {
        JsonObject names = new()
        {
            ["bos_token"] = BytePairVocabulary.EndOfText,
            ["eos_token"] = BytePairVocabulary.EndOfText,
            ["unk_token"] = BytePairVocabulary.EndOfText,
        };
        var addedTokens = TokenizerJson.AddedTokens(vocabulary, [BytePairVocabulary.EndOfText]);
        Write(folder, vocabulary, names, addedTokens, ByteLevel(), "GPT2Tokenizer", maxLength);
    }

    private static void Write(
        string folder, BytePairVocabulary vocabulary, JsonObject names, JsonArray addedTokens, JsonObject postProcessor, string tokenizerClass, int maxLength)
    {
        JsonFile.Write(folder, "vocab.json", JsonFile.Vocabulary(vocabulary.Tokens));
        var merges = vocabulary.Merges.Select(merge => $"{merge.Left} {merge.Right}");
        File.WriteAllText(Path.Combine(folder, "merges.txt"), string.Concat(merges.Prepend("#version: 0.2").Select(line => line + "\n")));
        JsonFile.Write(folder, "special_tokens_map.json", names);

        var config = (JsonObject)names.DeepClone();
        config["add_prefix_space"] = false;
        config["model_max_length"] = maxLength;
        config["tokenizer_class"] = tokenizerClass;
        JsonFile.Write(folder, "tokenizer_config.json", config);

        JsonFile.Write(folder, "tokenizer.json", new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = addedTokens,
            ["normalizer"] = null,
            ["pre_tokenizer"] = ByteLevel(),
            ["post_processor"] = postProcessor,
            ["decoder"] = ByteLevel(),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = "",
                ["end_of_word_suffix"] = "",
                ["fuse_unk"] = false,
                ["vocab"] = JsonFile.Vocabulary(vocabulary.Tokens),
                ["merges"] = JsonFile.Array(merges.Select(merge => (JsonNode?)merge)),
            },
        });
    }

    private static JsonObject ByteLevel() => new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true };
}
