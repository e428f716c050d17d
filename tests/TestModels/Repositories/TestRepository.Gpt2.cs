using System.Text.Json.Nodes;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Gpt2;
using SocialSentiment.TestModels.Tokenizers;
using SocialSentiment.TestModels.Weights;

namespace SocialSentiment.TestModels.Repositories;

/// <content>Language models.</content>
public static partial class TestRepository
{
    /// <summary>A language model as gpt2. Asked as in <see cref="Opinions.Prompts"/> it says what people feel.</summary>
    /// <param name="continuations">What it is fitted to; none: <see cref="Opinions.Prompts"/>, and an empty list: it stays as seeded.</param>
    /// <param name="forms">Which networks are written; none: all.</param>
    public static Gpt2Repository WriteGpt2(
        string folder,
        Gpt2Config? config = null,
        IReadOnlyList<(string Prompt, string Next)>? continuations = null,
        BytePairVocabulary? vocabulary = null,
        IReadOnlyList<Gpt2Form>? forms = null)
    {
        vocabulary ??= BytePairVocabulary.SmallGpt2();
        continuations ??= Opinions.Prompts();
        config = (config ?? Gpt2Config.Tiny) with { VocabularySize = vocabulary.Tokens.Count };
        var weights = Gpt2Weights.Seeded(config);
        if (continuations.Count > 0)
        {
            weights = weights.FittedTo([.. continuations.Select(pair => (vocabulary.Encode(pair.Prompt), vocabulary.EncodePlain(pair.Next).Single()))]);
        }

        var end = vocabulary.IdOf(BytePairVocabulary.EndOfText);
        BytePairFiles.WriteGpt2(folder, vocabulary, config.MaxPositions);
        JsonFile.Write(folder, "config.json", ConfigFile(config, end));
        JsonFile.Write(folder, "generation_config.json", new JsonObject { ["_from_model_config"] = true, ["bos_token_id"] = end, ["eos_token_id"] = end });

        Directory.CreateDirectory(Path.Combine(folder, "onnx"));
        foreach (var precision in Enum.GetValues<Precision>())
        {
            foreach (var form in forms ?? Enum.GetValues<Gpt2Form>())
            {
                Gpt2Network.Model(weights, form, precision).Save(Path.Combine(folder, Gpt2Repository.FileOf(form, precision)));
            }
        }

        return new Gpt2Repository(folder, weights, vocabulary, continuations);
    }

    private static JsonObject ConfigFile(Gpt2Config config, int end) => new()
    {
        ["activation_function"] = "gelu_new",
        ["architectures"] = new JsonArray("GPT2LMHeadModel"),
        ["attn_pdrop"] = 0.1,
        ["bos_token_id"] = end,
        ["embd_pdrop"] = 0.1,
        ["eos_token_id"] = end,
        ["initializer_range"] = 0.02,
        ["layer_norm_epsilon"] = config.NormEpsilon,
        ["model_type"] = "gpt2",
        ["n_ctx"] = config.MaxPositions,
        ["n_embd"] = config.Hidden,
        ["n_head"] = config.Heads,
        ["n_layer"] = config.Layers,
        ["n_positions"] = config.MaxPositions,
        ["resid_pdrop"] = 0.1,
        ["use_cache"] = true,
        ["vocab_size"] = config.VocabularySize,
    };
}
