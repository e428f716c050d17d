using SocialSentiment.Contracts;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Batching;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Repositories;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Engines;

public sealed class ClassifierEngineTests(TestRepositories repositories)
{
    private static readonly string[] s_texts =
    [
        "good",
        "I love this, it is great!",
        string.Join(' ', Enumerable.Repeat("The shop opens on Monday at ten.", 6)),
        "The worst service ever 😡",
        "",
        "Not so good. The battery is slow and the price is wrong.",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<EncoderKind> Kinds => [EncoderKind.Bert, EncoderKind.DistilBert, EncoderKind.Roberta];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task It_answers_what_the_reference_computes_alone_and_in_a_batch_of_all_lengths(EncoderKind kind)
    {
        var repository = repositories.Encoder(kind);
        await using var engine = repositories.Classifier(repository);

        var together = await engine.AskAsync(s_texts);

        for (var i = 0; i < s_texts.Length; i++)
        {
            EngineExtensions.AssertEqual(TestRepositories.Expect(repository, s_texts[i]), together[i]);
            EngineExtensions.AssertEqual(together[i], Assert.Single(await engine.AskAsync(s_texts[i])));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task It_labels_the_texts_that_its_network_was_fitted_to(EncoderKind kind)
    {
        var repository = repositories.Encoder(kind);
        await using var engine = repositories.Classifier(repository);

        var answers = await engine.AskAsync([.. repository.Opinions.Select(opinion => opinion.Text)]);

        Assert.Equal(repository.Opinions.Select(opinion => Label(kind, opinion.Label)), answers.Select(answer => answer.Label));
        Assert.All(answers, answer => Assert.Equal(1, answer.Negative + answer.Neutral + answer.Positive, 1e-9));
    }

    [Fact]
    public async Task With_two_labels_it_never_says_neutral_and_says_so()
    {
        await using var two = repositories.Classifier(repositories.DistilBert);
        await using var stars = repositories.Classifier(repositories.Encoder(EncoderKind.Bert));

        Assert.False(two.CanSayNeutral);
        Assert.All(await two.AskAsync(s_texts), answer => Assert.Equal(0, answer.Neutral));
        Assert.True(stars.CanSayNeutral);
    }

    [Fact]
    public async Task Nothing_is_nothing()
    {
        await using var engine = repositories.Classifier(repositories.DistilBert);

        Assert.Empty(await engine.AskAsync().WaitAsync(TimeSpan.FromSeconds(10), Token));
    }

    [Fact]
    public async Task A_text_longer_than_the_model_takes_is_cut_and_goes_through_a_smaller_budget()
    {
        var repository = repositories.DistilBert;
        await using var engine = repositories.Classifier(repository, options: new InferenceOptions { Runners = 1, MaxBatchTokens = 8 });
        var longText = string.Join(' ', Enumerable.Repeat("good", 500));

        var answers = await engine.AskAsync(longText, "good", longText);

        EngineExtensions.AssertEqual(answers[0], answers[2]);
        EngineExtensions.AssertEqual(TestRepositories.Expect(repository, "good"), answers[1]);
    }

    [Fact]
    public async Task More_shapes_than_are_kept_are_no_harm()
    {
        var repository = repositories.DistilBert;
        await using var engine = repositories.Classifier(repository, options: new InferenceOptions { Runners = 1, MaxBatchRows = 16, MaxBatchTokens = 2_048 });
        string[] lengths = [.. Enumerable.Range(1, 100).Select(words => string.Join(' ', Enumerable.Repeat("good", words)))];
        for (var rows = 1; rows <= 12; rows++)
        {
            foreach (var text in lengths)
            {
                await engine.AskAsync([.. Enumerable.Repeat(text, rows)]);
            }
        }

        EngineExtensions.AssertEqual(TestRepositories.Expect(repository, lengths[9]), Assert.Single(await engine.AskAsync(lengths[9])));
    }

    [Fact]
    public async Task Callers_are_refused_when_it_is_full_and_told_when_to_come_again()
    {
        var statistics = Statistics.TestStatistics.Create();
        await using var engine = repositories.Classifier(repositories.DistilBert, options: new InferenceOptions { Runners = 1, MaxWaiting = 3 }, statistics: statistics);
        var four = new[] { "a", "b", "c", "d" };

        var refused = await Assert.ThrowsAsync<ModelException>(
            async () => await engine.AnalyzeAsync(four, new TextScores[4], new Call(Priority.Interactive, long.MaxValue), Token));

        Assert.Equal(ModelError.Overloaded, refused.Error);
        Assert.NotNull(refused.RetryAfter);
        Assert.Equal((4, 0), (statistics.Rejected, engine.Inside));
    }

    [Fact]
    public async Task Many_callers_at_once_each_get_the_answers_to_their_own_texts()
    {
        await using var engine = repositories.Classifier(repositories.DistilBert, options: new InferenceOptions { Runners = 4, MaxBatchRows = 8, MaxBatchTokens = 256 });
        string[] texts = [.. Enumerable.Range(0, 60).Select(i => string.Join(' ', Opinions.For(3).Skip(i % 7).Take(1 + (i % 5)).Select(opinion => opinion.Text)) + $" {i}")];
        var expected = new TextScores[texts.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            expected[i] = Assert.Single(await engine.AskAsync(texts[i]));
        }

        await Task.WhenAll(Enumerable.Range(0, 64).Select(seed => Task.Run(() => AskManyTimesAsync(seed), Token))).WaitAsync(TimeSpan.FromSeconds(60), Token);
        await Batching.BatcherBench.UntilAsync(() => engine.Inside == 0);

        async Task AskManyTimesAsync(int seed)
        {
            var random = new Random(seed);
            for (var i = 0; i < 30; i++)
            {
                int[] chosen = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => random.Next(texts.Length))];
                var results = new TextScores[chosen.Length];
                using var patience = new CancellationTokenSource();
                var call = new Call(random.Next(2) == 0 ? Priority.Interactive : Priority.Bulk, long.MaxValue);
                var asked = engine.AnalyzeAsync(chosen.Select(index => texts[index]).ToArray(), results, call, patience.Token);
                if (random.Next(4) == 0)
                {
                    patience.Cancel();
                }

                try
                {
                    await asked;
                }
                catch (OperationCanceledException) when (patience.IsCancellationRequested)
                {
                    continue;
                }

                for (var k = 0; k < chosen.Length; k++)
                {
                    EngineExtensions.AssertEqual(expected[chosen[k]], results[k]);
                }
            }
        }
    }

    private static SentimentLabel Label(EncoderKind kind, int index) => kind switch
    {
        EncoderKind.DistilBert => index == 0 ? SentimentLabel.Negative : SentimentLabel.Positive,
        EncoderKind.Roberta => (SentimentLabel)index,
        _ => index < 2 ? SentimentLabel.Negative : index == 2 ? SentimentLabel.Neutral : SentimentLabel.Positive,
    };
}
