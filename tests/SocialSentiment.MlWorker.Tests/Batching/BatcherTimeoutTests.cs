using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Batching;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Batching;

public sealed class BatcherTimeoutTests
{
    /// <summary>When a batch is told to end.</summary>
    private static readonly TimeSpan s_late = BatcherBench.RunTimeout + TimeSpan.FromSeconds(1);

    /// <summary>What is given to a batch to end after it was told to, and some more.</summary>
    private static readonly TimeSpan s_tooLate = BatcherBench.RunTimeout + TimeSpan.FromSeconds(4);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_that_takes_too_long_is_ended_and_the_next_one_begins()
    {
        await using var bench = new BatcherBench();
        var slow = bench.AskAsync(BatcherBench.Texts(1, 1));
        var batch = await bench.Runners.NextAsync(Token);

        bench.Time.Advance(BatcherBench.RunTimeout);
        Assert.Equal(0, batch.Terminations);
        bench.Time.Advance(s_late - BatcherBench.RunTimeout);

        AssertTimedOut(Assert.Single(await slow));
        Assert.Equal(1, batch.Terminations);
        bench.Runners.ReleaseAll();
        Assert.Null(Assert.Single(await bench.AskAsync(BatcherBench.Texts(2, 1))).Error);
        Assert.False(bench.Batcher.HasLost);
    }

    [Fact]
    public async Task Of_a_batch_that_takes_too_long_the_texts_are_tried_alone()
    {
        await using var bench = new BatcherBench();
        var asked = bench.AskAsync(BatcherBench.Texts(1, 3));
        await bench.Runners.NextAsync(Token);
        bench.Time.Advance(s_late);

        for (var i = 0; i < 3; i++)
        {
            var single = await bench.Runners.NextAsync(Token);
            if (single.Ids.Contains(2))
            {
                bench.Time.Advance(s_late);
            }

            single.Release();
        }

        var answers = await asked;
        Assert.Equal([1f, 3f], new[] { answers[0].Output, answers[2].Output });
        AssertTimedOut(answers[1]);
        await BatcherBench.EmptyAsync(bench.Batcher);
    }

    [Fact]
    public async Task A_batch_that_does_not_hear_the_first_call_is_told_again()
    {
        await using var bench = new BatcherBench();
        bench.Runners.Stubborn = true;
        _ = bench.AskAsync(BatcherBench.Texts(1, 1));
        var batch = await bench.Runners.NextAsync(Token);

        bench.Time.Advance(BatcherBench.RunTimeout + TimeSpan.FromSeconds(2));

        Assert.Equal(2, batch.Terminations);
        batch.Release();
    }

    [Fact]
    public async Task A_batch_that_does_not_end_is_given_up_and_another_thread_takes_over()
    {
        await using var bench = new BatcherBench();
        bench.Runners.Stubborn = true;
        var lost = bench.AskAsync(BatcherBench.Texts(1, 2));
        var batch = await bench.Runners.NextAsync(Token);
        var waiting = bench.AskAsync(BatcherBench.Texts(3, 1));

        bench.Time.Advance(s_tooLate);

        Assert.All(await lost, AssertTimedOut);
        Assert.Contains("did not stop", (await lost)[0].Error!.Message, StringComparison.Ordinal);
        bench.Runners.ReleaseAll();
        Assert.Equal([new Answer(3, null)], await waiting);
        Assert.True(bench.Batcher.HasLost);
        Assert.False(bench.Batcher.IsBroken);
        await BatcherBench.EmptyAsync(bench.Batcher);
        batch.Release();
    }

    [Fact]
    public async Task A_batch_is_given_up_once_even_if_the_next_look_at_it_comes_before_the_last_one_is_over()
    {
        await using var bench = new BatcherBench();
        bench.Runners.Stubborn = true;
        var created = 0;
        bench.Runners.Creating = () =>
        {
            created++;
            bench.Time.Advance(TimeSpan.FromSeconds(1));
        };
        var lost = bench.AskAsync(BatcherBench.Texts(1, 2));
        var batch = await bench.Runners.NextAsync(Token);

        bench.Time.Advance(s_tooLate);

        Assert.All(await lost, AssertTimedOut);
        Assert.Equal((1, 0), (created, bench.Batcher.Inside));
        Assert.False(bench.Batcher.IsBroken);
        batch.Release();
    }

    [Fact]
    public async Task What_a_lost_batch_writes_in_the_end_reaches_nobody()
    {
        await using var bench = new BatcherBench();
        bench.Runners.Stubborn = true;
        var lost = bench.AskAsync(BatcherBench.Texts(1, 1));
        var batch = await bench.Runners.NextAsync(Token);
        bench.Time.Advance(s_tooLate);
        await lost;

        // Whoever comes next gets what the first one has given back.
        BatchRequest[] rented = [bench.Batcher.Rent(), bench.Batcher.Rent()];
        Array.ForEach(rented, request => request.Output(0)[0] = -1);
        batch.Release();
        await batch.HasWritten.Task.WaitAsync(Token);

        Assert.All(rented, request => Assert.Equal(-1, request.Output(0)[0]));
        Array.ForEach(rented, request => request.Return());
    }

    [Fact]
    public async Task After_too_many_lost_batches_it_is_broken_and_says_so()
    {
        await using var bench = new BatcherBench();
        bench.Runners.Stubborn = true;
        for (var i = 0; i < 2; i++)
        {
            var lost = bench.AskAsync(BatcherBench.Texts(i, 1));
            await bench.Runners.NextAsync(Token);
            bench.Time.Advance(s_tooLate);
            AssertTimedOut(Assert.Single(await lost));
        }

        var last = bench.AskAsync(BatcherBench.Texts(2, 1));
        await bench.Runners.NextAsync(Token);
        var waiting = bench.AskAsync(BatcherBench.Texts(3, 2));
        var waitingLong = bench.AskAsync(BatcherBench.Texts(5, 2), Priority.Bulk);
        bench.Time.Advance(s_tooLate);

        AssertTimedOut(Assert.Single(await last));
        Assert.All([.. await waiting, .. await waitingLong], answer => Assert.Equal(ModelError.Broken, Assert.IsType<ModelException>(answer.Error).Error));
        Assert.True(bench.Batcher.IsBroken);
        var refused = await Assert.ThrowsAsync<ModelException>(() => bench.AskAsync(BatcherBench.Texts(7, 1)));
        Assert.Equal(ModelError.Broken, refused.Error);
        await BatcherBench.EmptyAsync(bench.Batcher);
    }

    [Fact]
    public async Task It_is_gone_only_when_the_thread_that_took_over_is_through()
    {
        var bench = new BatcherBench(rows: 1);
        bench.Runners.Stubborn = true;
        _ = bench.AskAsync(BatcherBench.Texts(1, 1));
        var lost = await bench.Runners.NextAsync(Token);
        var waiting = bench.AskAsync(BatcherBench.Texts(2, 1));
        var disposed = bench.Batcher.DisposeAsync().AsTask();

        bench.Time.Advance(s_tooLate);
        var next = await bench.Runners.NextAsync(Token);
        Assert.False(disposed.IsCompleted);
        next.Release();

        await disposed.WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal([new Answer(2, null)], await waiting);
        lost.Release();
    }

    [Fact]
    public async Task When_it_is_aborted_all_that_is_inside_fails_at_once()
    {
        var bench = new BatcherBench();
        var (running, occupied) = await bench.OccupyAsync(Token);
        var waiting = bench.AskAsync(BatcherBench.Texts(1, 3));
        var waitingLong = bench.AskAsync(BatcherBench.Texts(4, 3), Priority.Bulk);

        bench.Batcher.Abort();

        Assert.All(
            [.. await occupied, .. await waiting, .. await waitingLong],
            answer => Assert.Equal(ModelError.Broken, Assert.IsType<ModelException>(answer.Error).Error));
        Assert.Equal(1, running.Terminations);
        await bench.Batcher.DisposeAsync();
        Assert.False(bench.Runners.HasNext);
        Assert.Equal((1, 0), (bench.Runners.Disposed, bench.Batcher.Inside));
    }

    [Fact]
    public async Task The_texts_of_a_batch_that_is_aborted_are_not_tried_alone()
    {
        var bench = new BatcherBench();
        var asked = bench.AskAsync(BatcherBench.Texts(1, 5));
        await bench.Runners.NextAsync(Token);

        bench.Batcher.Abort();
        await bench.Batcher.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), Token);

        Assert.All(await asked, answer => Assert.Equal(ModelError.Broken, Assert.IsType<ModelException>(answer.Error).Error));
        Assert.False(bench.Runners.HasNext);
    }

    [Fact]
    public async Task A_batch_that_did_not_hear_the_abort_is_told_again()
    {
        var bench = new BatcherBench();
        bench.Runners.Stubborn = true;
        _ = bench.AskAsync(BatcherBench.Texts(1, 1));
        var batch = await bench.Runners.NextAsync(Token);
        bench.Batcher.Abort();

        bench.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(2, batch.Terminations);
        batch.Release();
        await bench.Batcher.DisposeAsync();
    }

    private static void AssertTimedOut(Answer answer) => Assert.Equal(ModelError.TimedOut, Assert.IsType<ModelException>(answer.Error).Error);
}
