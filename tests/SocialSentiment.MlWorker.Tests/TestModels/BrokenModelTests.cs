using Microsoft.ML.OnnxRuntime;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Onnx;
using SocialSentiment.TestModels.Repositories;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.TestModels;

public sealed class BrokenModelTests
{
    private const int Trigger = 40;
    private const int Labels = 2;

    private static readonly int[] s_harmless = [2, 17, 31, 3];
    private static readonly int[] s_harmful = [2, 17, Trigger, 3];
    private static readonly EncoderWeights s_weights = EncoderWeights.Seeded(EncoderConfig.Tiny(EncoderKind.DistilBert) with { VocabularySize = 64 });

    [Fact]
    public void Answers_nan_for_the_texts_with_the_token_and_no_others()
    {
        using var session = new Session(BrokenModels.NotANumber(s_weights, Trigger));

        var (values, _) = session.Logits(Batch(s_harmless, s_harmful, s_harmless));

        Assert.Equal([false, false, true, true, false, false], values.Select(float.IsNaN));
    }

    [Fact]
    public void Answers_nan_always_without_a_token()
    {
        using var session = new Session(BrokenModels.NotANumber(s_weights));

        var (values, _) = session.Logits(Batch(s_harmless));

        Assert.All(values, value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void Answers_for_too_many_labels()
    {
        AssertShape([1, 2 * Labels], BrokenModels.TooManyLabels(s_weights));
        AssertShape([1, 2 * Labels], BrokenModels.TooManyLabelsUnannounced(s_weights));
    }

    [Fact]
    public void Answers_with_three_dimensions() => AssertShape([1, 1, Labels], BrokenModels.ThreeDimensions(s_weights));

    [Fact]
    public async Task Hangs_until_it_is_told_to_end()
    {
        using var session = new Session(BrokenModels.Hanging(s_weights, Trigger));
        using var options = new RunOptions();

        var running = Task.Run(() => session.Logits(Batch(s_harmless, s_harmful), options), TestContext.Current.CancellationToken);
        var first = await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken));
        Assert.NotSame(running, first);

        options.Terminate = true;
        await Assert.ThrowsAsync<OnnxRuntimeException>(() => running.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Does_not_hang_without_the_token_and_answers_as_it_should()
    {
        using var session = new Session(BrokenModels.Hanging(s_weights, Trigger));

        AssertRight(session.Logits(Batch(s_harmless)).Values);
    }

    [Fact]
    public void Takes_its_time_and_answers_as_it_should()
    {
        using var session = new Session(BrokenModels.Slow(s_weights, 1000));

        AssertRight(session.Logits(Batch(s_harmful.Select(id => id == Trigger ? 31 : id).ToArray())).Values);
    }

    [Fact]
    public void Does_not_load_half_or_as_garbage_or_with_an_unknown_operator()
    {
        Assert.Throws<OnnxRuntimeException>(() => new Session(BrokenModels.Truncated(s_weights)));
        Assert.Throws<OnnxRuntimeException>(() => new Session(BrokenModels.Garbage()));
        Assert.Throws<OnnxRuntimeException>(() => new Session(BrokenModels.UnknownOperator(s_weights)));
    }

    [Fact]
    public void Does_not_know_the_usual_inputs()
    {
        using var session = new Session(BrokenModels.WrongInputNames(s_weights));

        Assert.Equal(["my_input_ids", "my_attention_mask"], session.Inputs);
        Assert.ThrowsAny<Exception>(() => session.Logits(Batch(s_harmless)));
    }

    [Fact]
    public void Loads_and_then_asks_for_more_memory_than_there_is()
    {
        using var session = new Session(BrokenModels.HugeMemory(s_weights));

        Assert.Throws<OnnxRuntimeException>(() => session.Logits(Batch(s_harmless)));
    }

    private static EncoderBatch Batch(params int[][] texts) => new(s_weights.Config.PadId, texts);

    private static void AssertShape(long[] expected, OnnxModel model)
    {
        using var session = new Session(model);
        Assert.Equal(expected, session.Logits(Batch(s_harmless)).Shape);
    }

    private static void AssertRight(float[] actual)
    {
        var expected = new ReferenceEncoder(s_weights).Logits(s_harmless);
        Assert.All(actual, (value, i) => Assert.Equal(expected[i], value, 1e-4));
    }
}
