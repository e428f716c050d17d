using SocialSentiment.Contracts;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.MlWorker.Models.Catalog;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Engines;

public sealed class EnsembleEngineTests
{
    private static readonly TextScores s_bad = new(0.8, 0.2, 0);
    private static readonly TextScores s_good = new(0.2, 0, 0.8);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Members_vote_with_their_weights()
    {
        await using var engine = Ensemble([("a", 3), ("b", 1)], ("a", [s_bad, s_good]), ("b", [s_good, s_good]));

        var answers = await engine.AskAsync("one", "two");

        EngineExtensions.AssertEqual(new TextScores(0.65, 0.15, 0.2), answers[0], 1e-9);
        EngineExtensions.AssertEqual(s_good, answers[1], 1e-9);
        Assert.Equal(0, engine.Inside);
    }

    [Fact]
    public async Task Who_answered_can_be_told_from_the_version()
    {
        await using var both = Ensemble([("a", 1), ("b", 1)], ("a", [s_bad]), ("b", [s_good]));
        await using var one = Ensemble([("a", 1), ("b", 1)], ("a", [s_bad]));

        var first = await IdentityAsync(both);
        Assert.Equal(("all", "mixed"), (first.Model, first.Precision));
        Assert.Equal(first, await IdentityAsync(both));
        Assert.NotEqual(first.Version, (await IdentityAsync(one)).Version);
    }

    [Fact]
    public async Task A_member_that_is_missing_does_not_vote()
    {
        await using var engine = Ensemble([("a", 3), ("b", 1)], ("b", [s_good]));

        EngineExtensions.AssertEqual(s_good, Assert.Single(await engine.AskAsync("one")), 1e-9);
    }

    [Fact]
    public async Task A_member_that_cannot_compute_a_text_does_not_vote_on_it()
    {
        var failed = new TextScores(0, 0, 0, new ModelException(ModelError.Failed, "Not this one."));
        await using var engine = Ensemble([("a", 1), ("b", 1)], ("a", [failed, failed, s_bad]), ("b", [s_good, failed, s_good]));

        var answers = await engine.AskAsync("one", "two", "three");

        EngineExtensions.AssertEqual(s_good, answers[0], 1e-9);
        Assert.Equal("Not this one.", answers[1].Error!.Message);
        EngineExtensions.AssertEqual(new TextScores(0.5, 0.1, 0.4), answers[2], 1e-9);
    }

    [Fact]
    public async Task When_all_are_missing_it_says_why()
    {
        await using var engine = Ensemble([("a", 1), ("b", 1)]);

        var error = await Assert.ThrowsAsync<ModelException>(() => engine.AskAsync("one"));

        Assert.Equal(ModelError.Unavailable, error.Error);
        Assert.Contains("There is no a. There is no b.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_gives_up_is_not_told_that_nobody_answers()
    {
        using var patience = new CancellationTokenSource();
        await using var engine = new EnsembleEngine(Entry(("a", 1)), async (_, _, _, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return new AnalyzerIdentity("a", "1", "fp32");
        });

        var asked = engine.AnalyzeAsync(new[] { "one" }, new TextScores[1], Call.Bulk, patience.Token).AsTask();
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal(0, engine.Inside);
    }

    [Fact]
    public async Task The_lexicon_answers_like_any_other_model()
    {
        await using var engine = new VaderEngine();

        var answers = await engine.AskAsync("I love this, it is great!", "The worst service ever", "The report arrives today.");

        Assert.Equal([SentimentLabel.Positive, SentimentLabel.Negative, SentimentLabel.Neutral], answers.Select(answer => answer.Label));
        Assert.All(answers, answer => Assert.Equal(1, answer.Negative + answer.Neutral + answer.Positive, 1e-9));
        Assert.Equal(("rules", true, 0), (engine.Precision, engine.CanSayNeutral, engine.Inside));
    }

    private static async Task<AnalyzerIdentity> IdentityAsync(EnsembleEngine engine)
        => (await engine.AnalyzeAsync(new[] { "one" }, new TextScores[1], Call.Bulk, Token))!;

    private static EnsembleEngine Ensemble((string Key, double Weight)[] members, params (string Key, TextScores[] Answers)[] present)
        => new(Entry(members), (key, texts, results, _, _) =>
        {
            if (present.FirstOrDefault(member => member.Key == key).Answers is not { } answers)
            {
                throw new ModelException(ModelError.NotPresent, $"There is no {key}.");
            }

            answers.CopyTo(results);
            return ValueTask.FromResult(new AnalyzerIdentity(key, "1", "fp32"));
        });

    private static ModelEntry Entry(params (string Key, double Weight)[] members) => new()
    {
        Key = "all",
        Title = "All",
        Family = ModelFamily.Ensemble,
        Source = new ModelSource(SourceKind.BuiltIn),
        Members = [.. members.Select(member => new EnsembleMember(member.Key, member.Weight))],
    };
}
