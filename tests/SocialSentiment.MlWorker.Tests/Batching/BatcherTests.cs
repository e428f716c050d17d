using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Batching;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Batching;

public sealed class BatcherTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lone_text_goes_at_once_and_gets_its_answer()
    {
        await using var bench = new BatcherBench();

        var asked = bench.AskAsync([BatcherBench.Text(5)]);
        var batch = await bench.Runners.NextAsync(Token);
        Assert.Equal([5], batch.Ids);
        Assert.Equal((1, 0), (bench.Batcher.Inside, bench.Batcher.Waiting));
        batch.Release();

        Assert.Equal([new Answer(5, null)], await asked);
        await BatcherBench.EmptyAsync(bench.Batcher);
    }

    [Fact]
    public async Task What_comes_while_all_are_busy_goes_together_afterwards()
    {
        await using var bench = new BatcherBench();
        var (first, _) = await bench.OccupyAsync(Token);

        var one = bench.AskAsync(BatcherBench.Texts(1, 1));
        var three = bench.AskAsync(BatcherBench.Texts(2, 3));
        Assert.Equal(4, bench.Batcher.Waiting);
        first.Release();
        var batch = await bench.Runners.NextAsync(Token);
        batch.Release();

        Assert.Equal([1, 2, 3, 4], batch.Ids.Order());
        Assert.Equal([1f], (await one).Select(answer => answer.Output));
        Assert.Equal([2f, 3f, 4f], (await three).Select(answer => answer.Output));
        Assert.Equal((2, 4), (bench.Statistics.Batches, bench.Statistics.LargestBatch));
    }

    [Fact]
    public async Task Those_who_are_idle_share_what_comes_at_once()
    {
        await using var bench = new BatcherBench(runners: 4);

        // Until nobody is still on the way back from the time before.
        List<HeldBatch> batches = [];
        for (var i = 0; i < 1_000 && batches.Count < 4; i++)
        {
            batches.Clear();
            var asked = bench.AskAsync(BatcherBench.Texts(1, 8));
            while (batches.Sum(batch => batch.Texts.Length) < 8)
            {
                batches.Add(await bench.Runners.NextAsync(Token));
            }

            batches.ForEach(batch => batch.Release());
            await asked;
        }

        Assert.Equal([2, 2, 2, 2], batches.Select(batch => batch.Texts.Length));
        Assert.Equal(Enumerable.Range(1, 8), batches.SelectMany(batch => batch.Ids).Order());
    }

    [Fact]
    public async Task A_text_over_the_budget_is_computed_alone()
    {
        await using var bench = new BatcherBench(tokens: 16);

        var asked = bench.AskAsync([BatcherBench.Text(1), BatcherBench.Text(2, length: 40), BatcherBench.Text(3)]);
        bench.Runners.ReleaseAll();

        Assert.Equal([1f, 2f, 3f], (await asked).Select(answer => answer.Output));
    }

    [Fact]
    public async Task Callers_go_first_but_a_queue_gets_its_turn()
    {
        await using var bench = new BatcherBench(rows: 1);
        var (running, _) = await bench.OccupyAsync(Token);
        _ = bench.AskAsync(BatcherBench.Texts(100, 3), Priority.Bulk);
        _ = bench.AskAsync(BatcherBench.Texts(1, 20));

        List<int> order = [];
        for (var i = 0; i < 23; i++)
        {
            running.Release();
            running = await bench.Runners.NextAsync(Token);
            order.AddRange(running.Ids);
        }

        // Eight callers, one of the queue, and so on; and when there are no callers, only the queue.
        int[] expected = [.. Enumerable.Range(1, 8), 100, .. Enumerable.Range(9, 8), 101, .. Enumerable.Range(17, 4), 102];
        Assert.Equal(expected, order);
        running.Release();
    }

    [Fact]
    public async Task A_queue_that_never_ends_does_not_keep_callers_waiting()
    {
        await using var bench = new BatcherBench(rows: 1);
        var (running, _) = await bench.OccupyAsync(Token);
        _ = bench.AskAsync(BatcherBench.Texts(100, 500), Priority.Bulk);
        running.Release();
        running = await bench.Runners.NextAsync(Token);

        var asked = bench.AskAsync(BatcherBench.Texts(1, 1));
        running.Release();
        var next = await bench.Runners.NextAsync(Token);
        bench.Runners.ReleaseAll();
        next.Release();

        Assert.Equal([1], next.Ids);
        Assert.Equal(1, Assert.Single(await asked).Output);
    }

    [Fact]
    public async Task Callers_are_refused_when_it_is_full_and_let_in_again_afterwards()
    {
        await using var bench = new BatcherBench(waiting: 4);
        var (running, first) = await bench.OccupyAsync(Token);
        var asked = bench.AskAsync(BatcherBench.Texts(1, 3));

        var refused = await Assert.ThrowsAsync<ModelException>(() => bench.AskAsync(BatcherBench.Texts(9, 1)));
        bench.Runners.ReleaseAll();
        running.Release();
        await Task.WhenAll(first, asked);
        await BatcherBench.EmptyAsync(bench.Batcher);

        Assert.Equal(ModelError.Overloaded, refused.Error);
        Assert.Single(await bench.AskAsync(BatcherBench.Texts(9, 1)));
    }

    [Fact]
    public async Task A_queue_waits_when_it_is_full_and_goes_on_afterwards()
    {
        await using var bench = new BatcherBench(waiting: 1, bulk: 4);
        var (running, _) = await bench.OccupyAsync(Token);
        var inside = bench.AskAsync(BatcherBench.Texts(1, 3), Priority.Bulk);
        var outside = bench.AskAsync(BatcherBench.Texts(4, 2), Priority.Bulk);
        Assert.Equal(3, bench.Batcher.Waiting);

        bench.Runners.ReleaseAll();
        running.Release();

        Assert.Equal([1f, 2f, 3f], (await inside).Select(answer => answer.Output));
        Assert.Equal([4f, 5f], (await outside).Select(answer => answer.Output));
        await BatcherBench.EmptyAsync(bench.Batcher);
    }

    [Fact]
    public async Task Who_gives_up_while_waiting_leaves_at_once_and_is_not_computed()
    {
        await using var bench = new BatcherBench();
        using var patience = new CancellationTokenSource();
        var (running, _) = await bench.OccupyAsync(Token);
        var unwanted = bench.AskAsync(BatcherBench.Texts(1, 3), patience: patience);
        var wanted = bench.AskAsync(BatcherBench.Texts(4, 2));

        await patience.CancelAsync();
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unwanted);
        Assert.Equal(patience.Token, thrown.CancellationToken);
        Assert.Equal((3, 2), (bench.Batcher.Inside, bench.Batcher.Waiting));
        running.Release();
        var batch = await bench.Runners.NextAsync(Token);
        batch.Release();

        Assert.Equal([4, 5], batch.Ids.Order());
        await wanted;
        await BatcherBench.EmptyAsync(bench.Batcher);
    }

    [Fact]
    public async Task Who_gives_up_while_being_computed_leaves_at_once_and_counts_until_it_is_done()
    {
        await using var bench = new BatcherBench();
        using var patience = new CancellationTokenSource();
        var unwanted = bench.AskAsync(BatcherBench.Texts(1, 1), patience: patience);
        var batch = await bench.Runners.NextAsync(Token);

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unwanted);

        Assert.Equal(1, bench.Batcher.Inside);
        batch.Release();
        await BatcherBench.EmptyAsync(bench.Batcher);
    }

    [Fact]
    public async Task A_request_is_not_used_again_while_it_is_being_computed_for_nobody()
    {
        await using var bench = new BatcherBench();
        using var patience = new CancellationTokenSource();
        var request = bench.Batcher.Rent();
        request.Room(1)[0] = 5;
        request.Add(1);
        Assert.True(await bench.Batcher.EnterAsync(1, Priority.Interactive, Token));
        var done = bench.Batcher.RunAsync(request, Priority.Interactive, long.MaxValue).AsTask();
        var batch = await bench.Runners.NextAsync(Token);
        request.Abandon(patience.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => done);
        request.Return();

        var other = bench.Batcher.Rent();
        Assert.NotSame(request, other);
        other.Return();
        batch.Release();
        await BatcherBench.EmptyAsync(bench.Batcher);

        await Eventually.TrueAsync(
            () =>
            {
                BatchRequest[] rented = [bench.Batcher.Rent(), bench.Batcher.Rent()];
                Array.ForEach(rented, one => one.Return());
                return Task.FromResult(rented.Contains(request));
            },
            Token);
    }

    [Fact]
    public async Task Requests_are_used_again_but_not_kept_without_limit()
    {
        await using var bench = new BatcherBench();
        BatchRequest[] Rent() => [.. Enumerable.Range(0, 20).Select(_ => bench.Batcher.Rent())];
        void Return(BatchRequest[] requests) => Array.ForEach(requests, request => request.Return());

        var small = Rent();
        Return(small);
        var again = Rent();
        Assert.Equal(20, again.Intersect(small).Count());

        Array.ForEach(again, request => request.Room(1_024 * 1_024));
        Return(again);
        Assert.InRange(Rent().Intersect(small).Count(), 1, 4);
    }

    [Fact]
    public async Task What_has_waited_too_long_is_not_computed()
    {
        await using var bench = new BatcherBench();
        var (running, _) = await bench.OccupyAsync(Token);
        var late = bench.AskAsync(BatcherBench.Texts(1, 2), deadline: bench.Time.In(TimeSpan.FromSeconds(1)));
        var inTime = bench.AskAsync(BatcherBench.Texts(3, 1), deadline: bench.Time.In(TimeSpan.FromSeconds(5)));

        bench.Time.Advance(TimeSpan.FromSeconds(2));
        running.Release();
        var batch = await bench.Runners.NextAsync(Token);
        batch.Release();

        Assert.Equal([3], batch.Ids);
        Assert.Null(Assert.Single(await inTime).Error);
        Assert.All(await late, answer => Assert.Equal(ModelError.TimedOut, Assert.IsType<ModelException>(answer.Error).Error));
        Assert.Equal(2, bench.Statistics.Expired);
        await BatcherBench.EmptyAsync(bench.Batcher);
    }

    [Fact]
    public async Task When_a_batch_fails_its_texts_are_tried_alone_and_only_the_bad_one_fails()
    {
        await using var bench = new BatcherBench();
        var (running, _) = await bench.OccupyAsync(Token);
        var asked = bench.AskAsync(BatcherBench.Texts(1, 2));
        var other = bench.AskAsync(BatcherBench.Texts(3, 1));
        running.Release();
        (await bench.Runners.NextAsync(Token)).Fail(new InvalidOperationException("All of them."));

        for (var i = 0; i < 3; i++)
        {
            var single = await bench.Runners.NextAsync(Token);
            Assert.Single(single.Texts);
            if (single.Ids.Contains(2))
            {
                single.Fail(new InvalidOperationException("This one."));
            }

            single.Release();
        }

        var answers = await asked;
        Assert.Equal(new Answer(1, null), answers[0]);
        Assert.Equal("This one.", answers[1].Error!.Message);
        Assert.Equal(new Answer(3, null), Assert.Single(await other));
        await BatcherBench.EmptyAsync(bench.Batcher);

        // And what went wrong is forgotten when the request is used again.
        bench.Runners.ReleaseAll();
        Assert.All(await bench.AskAsync(BatcherBench.Texts(1, 2)), answer => Assert.Null(answer.Error));
    }

    [Fact]
    public async Task It_finishes_what_is_inside_before_it_is_gone_and_takes_nothing_new()
    {
        var bench = new BatcherBench(runners: 2);
        var asked = bench.AskAsync(BatcherBench.Texts(1, 100));
        var running = await bench.Runners.NextAsync(Token);

        var disposed = bench.Batcher.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => bench.AskAsync(BatcherBench.Texts(200, 1)));
        Assert.False(disposed.IsCompleted);
        bench.Runners.ReleaseAll();
        running.Release();

        await disposed;
        Assert.Equal(Enumerable.Range(1, 100), (await asked).Select(answer => (int)answer.Output));
        Assert.Equal((2, 0), (bench.Runners.Disposed, bench.Batcher.Inside));
    }
}
