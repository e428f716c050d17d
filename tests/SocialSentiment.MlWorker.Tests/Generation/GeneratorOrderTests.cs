using System.Diagnostics;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Generation;
using SocialSentiment.MlWorker.Tests.Engines;
using SocialSentiment.Testing;
using SocialSentiment.TestModels.Repositories;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Generation;

/// <summary>Orders that wait, are called off, take too long, or never come back.</summary>
public sealed class GeneratorOrderTests(TestRepositories repositories)
{
    private const string Prompt = "Tweet: good";

    /// <summary>Some tenths of a second for a token.</summary>
    private const long Rounds = 300_000;
    private static readonly GenerationSettings s_settings = new() { MaxTokens = 50 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_called_off_within_the_token_under_way()
    {
        await using var generator = repositories.Generator(BrokenModels.SlowSteps(repositories.Gpt2.Weights, Rounds));
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var (last, gap) = (Stopwatch.GetTimestamp(), TimeSpan.Zero);
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writing = generator.GenerateAsync(Prompt, s_settings, Hear, caller.Token);
        await second.Task.WaitAsync(Token);

        // In the middle of the third token, as far as that can be known.
        await Task.Delay(gap / 4, Token);
        var called = Stopwatch.GetTimestamp();
        await caller.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        var told = Stopwatch.GetElapsedTime(called);
        await Eventually.TrueAsync(() => Task.FromResult(generator.Inside == 0), Token);
        var free = Stopwatch.GetElapsedTime(called);

        TestContext.Current.TestOutputHelper?.WriteLine($"A token takes {gap.TotalMilliseconds:0} ms; the caller was told after {told.TotalMilliseconds:0.0} ms, and the generator free after {free.TotalMilliseconds:0.0} ms.");
        Assert.Equal(caller.Token, error.CancellationToken);
        Assert.InRange(free, TimeSpan.Zero, gap / 2);

        bool Hear(int sample, string text, int tokens)
        {
            gap = Stopwatch.GetElapsedTime(last);
            last = Stopwatch.GetTimestamp();
            if (tokens == 2)
            {
                second.SetResult();
            }

            return true;
        }
    }

    [Fact]
    public async Task When_time_is_up_the_continuations_end_as_they_are()
    {
        await using var generator = repositories.Generator(BrokenModels.SlowSteps(repositories.Gpt2.Weights, Rounds / 10));
        List<string> heard = [""];

        var text = Assert.Single(await generator.WriteAsync(Prompt, s_settings with { MaxTokens = 200, Timeout = TimeSpan.FromSeconds(1) }, (_, piece, _) =>
        {
            heard.Add(piece);
            return true;
        }));

        Assert.Equal((GenerationEnd.Timeout, heard[^1], heard.Count - 1), (text.End, text.Text, text.Tokens));
    }

    [Fact]
    public async Task Orders_are_done_one_after_the_other_as_they_came()
    {
        await using var generator = repositories.Generator();
        List<int> begun = [];

        await Task.WhenAll(Enumerable.Range(0, 20).Select(order => generator.WriteAsync(Prompt, s_settings with { MaxTokens = 3, Temperature = 0 }, (_, _, tokens) =>
        {
            begun.Add((10 * order) + tokens);
            return true;
        })));

        Assert.Equal(Enumerable.Range(0, 20).SelectMany(order => Enumerable.Range((10 * order) + 1, 3)), begun);
    }

    [Fact]
    public async Task Who_waits_and_is_called_off_or_out_of_time_does_not_wait_for_those_before()
    {
        var (tokens, _) = repositories.Reference(Prompt, 1);
        var time = new ManualTime();
        await using var generator = repositories.Generator(BrokenModels.HangingSteps(repositories.Gpt2.Weights, tokens[0]), time, new GenerationOptions { MaxWaiting = 2 });
        using var first = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var second = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hanging = generator.GenerateAsync(Prompt, s_settings with { Temperature = 0, Timeout = TimeSpan.FromHours(1) }, (_, _, _) => begun.TrySetResult(), first.Token);
        await begun.Task.WaitAsync(Token);
        var calledOff = generator.GenerateAsync(Prompt, s_settings, null, second.Token);
        var outOfTime = generator.WriteAsync(Prompt, s_settings with { Samples = 2, Timeout = TimeSpan.FromSeconds(5) });

        // Whoever is one too many is refused, and may come again.
        var full = await Assert.ThrowsAsync<ModelException>(() => generator.WriteAsync(Prompt, s_settings));
        Assert.Equal((ModelError.Overloaded, true), (full.Error, full.RetryAfter > TimeSpan.Zero));

        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calledOff);
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.All(await outOfTime, text => Assert.Equal(new GeneratedText("", 0, 0, GenerationEnd.Timeout), text));
        Assert.False(hanging.IsCompleted);

        // What hangs can be told to end, and the next one is served.
        var next = generator.WriteAsync(Prompt, s_settings with { MaxTokens = 1 });
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);
        Assert.Equal(1, Assert.Single(await next).Tokens);
        Assert.False(generator.IsBroken);
    }

    [Fact]
    public async Task A_listener_that_never_comes_back_costs_the_generator_and_hangs_nobody()
    {
        var time = new ManualTime();
        using var release = new ManualResetEventSlim();
        var generator = repositories.Generator(repositories.Decoder(NetworkForm.Merged), time);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stuck = generator.WriteAsync(Prompt, s_settings with { Timeout = TimeSpan.FromSeconds(1) }, (_, _, _) =>
        {
            begun.TrySetResult();
            release.Wait();
            return true;
        });
        await begun.Task.WaitAsync(Token);
        var waiting = generator.WriteAsync(Prompt, s_settings);

        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(generator.IsBroken);
            },
            Token);

        Assert.Equal(ModelError.TimedOut, (await Assert.ThrowsAsync<ModelException>(() => stuck)).Error);
        Assert.Equal(ModelError.Broken, (await Assert.ThrowsAsync<ModelException>(() => waiting)).Error);
        Assert.Equal(ModelError.Broken, (await Assert.ThrowsAsync<ModelException>(() => generator.WriteAsync(Prompt, s_settings))).Error);

        var gone = generator.DisposeAsync().AsTask();
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(gone.IsCompleted);
            },
            Token);
        release.Set();
        await gone;
    }

    [Fact]
    public async Task Taking_it_down_ends_what_is_inside()
    {
        var love = repositories.Gpt2.Tokenizer.EncodePlain(" love").Single();
        var generator = repositories.Generator(BrokenModels.HangingSteps(repositories.Gpt2.Weights, love));
        var hanging = generator.WriteAsync(" love", s_settings);
        var waiting = generator.WriteAsync(Prompt, s_settings);
        await Eventually.TrueAsync(() => Task.FromResult(generator.Inside == 2), Token);

        await generator.DisposeAsync();

        Assert.Equal(ModelError.Broken, (await Assert.ThrowsAsync<ModelException>(() => hanging)).Error);
        Assert.Equal(ModelError.Broken, (await Assert.ThrowsAsync<ModelException>(() => waiting)).Error);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => generator.WriteAsync(Prompt, s_settings));
    }
}
