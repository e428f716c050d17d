using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.TestModels.Gpt2;
using SocialSentiment.TestModels.Repositories;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Engines;

public sealed class BrokenNetworkTests(TestRepositories repositories)
{
    private const string Bad = "this is awful";

    private EncoderRepository Repository => repositories.DistilBert;

    private int Trigger => Repository.Tokenizer.IdOf("awful");

    [Fact]
    public async Task A_text_for_which_it_gives_no_numbers_fails_and_its_neighbours_do_not()
    {
        await using var engine = repositories.Classifier(Repository, BrokenModels.NotANumber(Repository.Weights, Trigger));

        var answers = await engine.AskAsync("good", Bad, "It works, thanks.");

        EngineExtensions.AssertEqual(TestRepositories.Expect(Repository, "good"), answers[0]);
        AssertFailed(ModelError.Failed, answers[1], "not a number");
        EngineExtensions.AssertEqual(TestRepositories.Expect(Repository, "It works, thanks."), answers[2]);
    }

    [Fact]
    public async Task A_text_on_which_it_hangs_is_ended_its_neighbours_are_answered_and_it_goes_on()
    {
        await using var engine = repositories.Classifier(
            Repository, BrokenModels.Hanging(Repository.Weights, Trigger), new InferenceOptions { Runners = 1, RunTimeout = TimeSpan.FromMilliseconds(300) });

        var answers = await engine.AskAsync("good", Bad, "It works, thanks.");

        EngineExtensions.AssertEqual(TestRepositories.Expect(Repository, "good"), answers[0]);
        AssertFailed(ModelError.TimedOut, answers[1], "0.3 s");
        EngineExtensions.AssertEqual(TestRepositories.Expect(Repository, "It works, thanks."), answers[2]);
        EngineExtensions.AssertEqual(answers[0], Assert.Single(await engine.AskAsync("good")));
        Assert.False(engine.IsBroken);
    }

    [Fact]
    public async Task One_that_hangs_always_is_taken_down_in_no_time()
    {
        var engine = repositories.Classifier(Repository, BrokenModels.Hanging(Repository.Weights));
        var asked = engine.AskAsync("good", "bad", "neither");
        await Batching.BatcherBench.UntilAsync(() => engine.Inside == 3);

        engine.Abort();
        await engine.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        Assert.All(await asked, answer => AssertFailed(ModelError.Broken, answer, "taken down"));
    }

    [Fact]
    public async Task More_labels_than_were_announced_and_more_memory_than_there_is_fail_the_texts_with_the_name_of_the_file()
    {
        await using var shape = repositories.Classifier(Repository, BrokenModels.TooManyLabelsUnannounced(Repository.Weights));
        await using var memory = repositories.Classifier(Repository, BrokenModels.HugeMemory(Repository.Weights));

        Assert.All(await shape.AskAsync("good", "bad"), answer => AssertFailed(ModelError.Failed, answer, ".onnx failed: "));
        Assert.All(await memory.AskAsync("good", "bad"), answer => AssertFailed(ModelError.Failed, answer, ".onnx failed: "));
    }

    [Fact]
    public void One_that_would_answer_something_else_is_refused_before_it_is_asked()
    {
        AssertUnusable("[?, 4]; its configuration names 2 labels", () => repositories.Classifier(Repository, BrokenModels.TooManyLabels(Repository.Weights)));
        AssertUnusable("[?, 1, 2]", () => repositories.Classifier(Repository, BrokenModels.ThreeDimensions(Repository.Weights)));
        AssertUnusable(
            "it has my_input_ids, my_attention_mask; input_ids, attention_mask are missing",
            () => repositories.Classifier(Repository, BrokenModels.WrongInputNames(Repository.Weights)));
        AssertUnusable(
            "position_ids is unknown",
            () => repositories.Classifier(Repository, Gpt2Network.Model(Gpt2Weights.Seeded(Gpt2Config.Tiny with { VocabularySize = 2 }), Gpt2Form.Decoder)));
    }

    [Fact]
    public void What_is_no_network_is_refused_with_the_name_of_the_file()
    {
        AssertUnusable("can load", () => TestRepositories.Load(repositories.Save(BrokenModels.Truncated(Repository.Weights))));
        AssertUnusable("can load", () => TestRepositories.Load(repositories.Save(BrokenModels.Garbage())));
        AssertUnusable("can load", () => TestRepositories.Load(repositories.Save([])));
        AssertUnusable("Divine", () => repositories.Load(BrokenModels.UnknownOperator(Repository.Weights)));
        AssertUnusable("can load", () => TestRepositories.Load(Path.Combine(Repository.Folder, "network-that-is-not-there.onnx")));
    }

    private static void AssertUnusable(string says, Func<object> make)
    {
        var error = Assert.Throws<ModelException>(make);
        Assert.Equal(ModelError.Unusable, error.Error);
        Assert.StartsWith("network-", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    private static void AssertFailed(ModelError expected, TextScores answer, string says)
    {
        var error = Assert.IsType<ModelException>(answer.Error);
        Assert.Equal(expected, error.Error);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }
}
