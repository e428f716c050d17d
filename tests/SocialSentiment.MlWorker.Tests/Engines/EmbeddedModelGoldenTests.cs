using System.Text.Json;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Description;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.MlWorker.Tests.Statistics;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Engines;

/// <summary>
/// The worker against the training: golden.json has what training/ computed in Python, with its own tokenizer and with the weights
/// as they were before they were made small.
/// </summary>
public sealed class EmbeddedModelGoldenTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "models", "compact");

    // Of a share; small weights cost that much.
    private const double Tolerance = 0.02;

    [Fact]
    public void Texts_are_cut_as_they_were_for_training()
    {
        var tokenizer = TokenizerFactory.Create(s_folder, TextNormalization.Compact, 128);
        var ids = new int[tokenizer.MaxTokens];
        Assert.All(Read(), golden => Assert.Equal(golden.Ids, ids[..tokenizer.Encode(golden.Text, ids)]));
    }

    [Fact]
    public async Task The_small_weights_say_what_the_large_ones_said_alone_and_in_a_batch()
    {
        var golden = Read();
        await using var engine = new ClassifierEngine(
            TestRepositories.Load(Path.Combine(s_folder, "model.onnx")),
            TokenizerFactory.Create(s_folder, TextNormalization.Compact, 128),
            LabelContract.From(["negative", "neutral", "positive"]),
            "mixed",
            new InferenceOptions { Runners = 1 },
            TestStatistics.Create(),
            TimeProvider.System);

        var together = await engine.AskAsync([.. golden.Select(text => text.Text)]);

        for (var i = 0; i < golden.Count; i++)
        {
            EngineExtensions.AssertEqual(golden[i].Scores, together[i], Tolerance);
            EngineExtensions.AssertEqual(golden[i].Scores, Assert.Single(await engine.AskAsync(golden[i].Text)), Tolerance);
        }
    }

    private static List<Golden> Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(s_folder, GoldenFile.Name)));
        List<Golden> texts = [.. document.RootElement.EnumerateArray().Select(text => new Golden(
            text.GetProperty("text").GetString()!,
            [.. text.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32())],
            Shares([.. text.GetProperty("logits").EnumerateArray().Select(logit => logit.GetDouble())])))];
        Assert.True(texts.Count >= 20);
        return texts;
    }

    private static TextScores Shares(double[] logits)
    {
        double[] powers = [.. logits.Select(Math.Exp)];
        return new TextScores(powers[0] / powers.Sum(), powers[1] / powers.Sum(), powers[2] / powers.Sum());
    }

    private sealed record Golden(string Text, int[] Ids, TextScores Scores);
}
