using SocialSentiment.MlWorker.Inference.Batching;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Batching;

public sealed class RowQueueTests : IAsyncDisposable
{
    private readonly BatcherBench _bench = new();
    private readonly List<Row> _batch = [];
    private readonly List<Row> _expired = [];

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void The_oldest_goes_with_those_closest_to_it_in_length()
    {
        var queue = new RowQueue(lookAhead: 100);
        queue.Add(Request(12, 50, 11, 49, 13, 3, 14));

        Assert.Equal([11, 12, 13, 14], Cut(queue, maxRows: 4));
        Assert.Equal([49, 50], Cut(queue, maxRows: 2));
        Assert.Equal([3], Cut(queue, maxRows: 4));
    }

    [Fact]
    public void Tokens_stay_within_the_budget_with_the_padding_counted()
    {
        var queue = new RowQueue(lookAhead: 100);
        queue.Add(Request(10, 10, 20, 10, 19));

        // 10, 10 and 10 are 30; with a 19 they would be 76.
        Assert.Equal([10, 10, 10], Cut(queue, maxTokens: 60));
        Assert.Equal([19, 20], Cut(queue, maxTokens: 60));
    }

    [Fact]
    public void A_text_over_the_budget_goes_alone()
    {
        var queue = new RowQueue(lookAhead: 100);
        queue.Add(Request(100, 2, 2));

        Assert.Equal([100], Cut(queue, maxTokens: 60));
        Assert.Equal([2, 2], Cut(queue, maxTokens: 60));
    }

    [Fact]
    public void Only_the_next_few_are_looked_at()
    {
        var queue = new RowQueue(lookAhead: 3);
        queue.Add(Request(10, 40, 20, 10, 10));

        Assert.Equal([10, 20], Cut(queue, maxTokens: 40));
        Assert.Equal([40], Cut(queue, maxTokens: 40));
        Assert.Equal([10, 10], Cut(queue, maxTokens: 40));
    }

    [Fact]
    public void What_has_expired_is_not_in_a_batch_however_much_of_it_there_is()
    {
        var queue = new RowQueue(lookAhead: 4);
        for (var i = 0; i < 20; i++)
        {
            queue.Add(Request(deadline: 100, 5));
        }

        queue.Add(Request(deadline: 101, 6));

        Assert.Equal([6], Cut(queue, now: 100));
        Assert.Equal(20, _expired.Count);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void A_request_that_nobody_wants_any_more_leaves_the_queue_and_the_others_keep_their_order()
    {
        var queue = new RowQueue(lookAhead: 1);
        var unwanted = Request(2, 2);
        queue.Add(Request(1));
        queue.Add(unwanted);
        queue.Add(Request(3, 4));

        List<Row> removed = [];
        queue.Remove(unwanted, removed);

        Assert.Equal([2, 2], removed.Select(row => row.Length));
        Assert.Equal([1, 3, 4], Enumerable.Range(0, 3).SelectMany(_ => Cut(queue)));
    }

    [Fact]
    public void Whatever_comes_goes_once_and_the_oldest_is_always_among_those_who_go()
    {
        var random = new Random(1);
        var queue = new RowQueue(lookAhead: 30);
        LinkedList<Row> waiting = [];
        for (var i = 0; i < 5_000; i++)
        {
            if (random.Next(3) > 0)
            {
                var request = Request([.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.Next(1, 80))]);
                queue.Add(request);
                for (var row = 0; row < request.Count; row++)
                {
                    waiting.AddLast(new Row(request, row, request.Length(row)));
                }
            }
            else if (waiting.First is { } oldest && random.Next(5) == 0)
            {
                List<Row> removed = [];
                queue.Remove(oldest.Value.Request, removed);
                Assert.All(removed, row => Assert.True(waiting.Remove(row)));
                Assert.DoesNotContain(waiting, row => row.Request == oldest.Value.Request);
            }

            for (var batches = random.Next(5); batches > 0 && waiting.First is { } first; batches--)
            {
                var lengths = Cut(queue, maxRows: 8, maxTokens: 64);

                Assert.Contains(first.Value, _batch);
                Assert.InRange(lengths.Length, 1, 8);
                Assert.True(lengths.Length == 1 || lengths.Max() * lengths.Length <= 64);
                Assert.All(_batch, row => Assert.True(waiting.Remove(row)));
            }

            Assert.Equal(waiting.Count, queue.Count);
        }
    }

    private int[] Cut(RowQueue queue, int maxRows = 32, int maxTokens = 1_024, long now = 0)
    {
        _batch.Clear();
        queue.Cut(_batch, _expired, maxRows, maxTokens, now);
        return [.. _batch.Select(row => row.Length).Order()];
    }

    private BatchRequest Request(params int[] lengths) => Request(long.MaxValue, lengths);

    private BatchRequest Request(long deadline, params int[] lengths)
    {
        var request = _bench.Batcher.Rent();
        foreach (var length in lengths)
        {
            request.Room(length);
            request.Add(length);
        }

        _ = request.Begin(Priority.Interactive, deadline).AsTask();
        return request;
    }
}
