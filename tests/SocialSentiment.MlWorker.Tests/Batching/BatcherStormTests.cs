using System.Collections.Concurrent;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Batching;
using SocialSentiment.MlWorker.Tests.Statistics;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Batching;

public sealed class BatcherStormTests
{
    private const int Rows = 8;
    private const int Tokens = 96;
    private const int Requests = 80;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_text_of_thousands_is_done_once_and_gets_its_own_answer_whatever_happens_around_it()
    {
        var runners = new CheckingRunners();
        var options = new InferenceOptions { Runners = 4, MaxBatchRows = Rows, MaxBatchTokens = Tokens, LookAhead = 40, MaxWaiting = 60, MaxBulk = 60 };
        var batcher = new Batcher(runners.Create, outputsPerRow: 1, options, TestStatistics.Create(), TimeProvider.System);
        var outcomes = new ConcurrentDictionary<string, int>();

        await Task.WhenAll(Enumerable.Range(0, 24).Select(seed => Task.Run(() => AskAsync(batcher, seed, outcomes), Token)))
            .WaitAsync(TimeSpan.FromSeconds(60), Token);

        await BatcherBench.EmptyAsync(batcher);
        await batcher.DisposeAsync();
        Assert.Empty(runners.Complaints);
        Assert.Equal(4, runners.Disposed);
        string[] all = ["answered", "cancelled", "expired", "failed", "refused"];
        Assert.Equal(all, outcomes.Keys.Order());
    }

    private static async Task AskAsync(Batcher batcher, int seed, ConcurrentDictionary<string, int> outcomes)
    {
        var random = new Random(seed);
        for (var i = 0; i < Requests; i++)
        {
            var first = (((seed * Requests) + i) * 20) + 1;
            int[][] texts = [.. Enumerable.Range(first, random.Next(1, 20)).Select(id => BatcherBench.Text(Fails(random) ? -id : id, random.Next(1, random.Next(20) == 0 ? 120 : 30)))];
            using var patience = new CancellationTokenSource();
            var deadline = random.Next(10) == 0 ? 0 : long.MaxValue;
            try
            {
                var asked = BatcherBench.AskAsync(batcher, texts, random.Next(2) == 0 ? Priority.Interactive : Priority.Bulk, deadline, patience.Token);
                if (random.Next(4) == 0)
                {
                    await Task.Yield();
                    patience.Cancel();
                }

                foreach (var (text, answer) in texts.Zip(await asked))
                {
                    var outcome = answer.Error switch
                    {
                        null => "answered",
                        ModelException { Error: ModelError.TimedOut } => "expired",
                        _ => "failed",
                    };
                    Assert.Equal(deadline == 0 ? "expired" : text[0] < 0 ? "failed" : "answered", outcome);
                    Assert.True(outcome != "answered" || answer.Output == text[0], "An answer of somebody else's.");
                    outcomes.AddOrUpdate(outcome, 1, (_, count) => count + 1);
                }
            }
            catch (ModelException error) when (error.Error == ModelError.Overloaded)
            {
                outcomes.AddOrUpdate("refused", 1, (_, count) => count + 1);
                await Task.Delay(1, Token);
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested)
            {
                outcomes.AddOrUpdate("cancelled", 1, (_, count) => count + 1);
            }
        }
    }

    private static bool Fails(Random random) => random.Next(40) == 0;

    /// <summary>Runners that compute at once, fail for every batch with a negative text, and look closely at what they are given.</summary>
    private sealed class CheckingRunners
    {
        private readonly ConcurrentDictionary<int, bool> _computed = [];
        private int _disposed;

        public ConcurrentBag<string> Complaints { get; } = [];

        public int Disposed => Volatile.Read(ref _disposed);

        public IBatchRunner Create() => new Runner(this);

        private sealed class Runner(CheckingRunners owner) : IBatchRunner
        {
            private int _running;

            public void Run(Batch batch)
            {
                Complain(Interlocked.Exchange(ref _running, 1) != 0, "Two batches at once.");
                Complain(batch.Rows > Rows, "Too many rows.");
                Complain(batch.Rows > 1 && batch.Rows * batch.Longest > Tokens, "Too many tokens.");
                var bad = false;
                for (var row = 0; row < batch.Rows; row++)
                {
                    bad |= batch.Ids(row)[0] < 0;
                }

                Thread.Yield();
                for (var row = 0; row < batch.Rows && !bad; row++)
                {
                    var id = batch.Ids(row)[0];
                    Complain(!owner._computed.TryAdd(id, true), "A text was computed twice.");
                    batch.Output(row)[0] = id;
                }

                Volatile.Write(ref _running, 0);
                if (bad)
                {
                    throw new InvalidOperationException("A negative text.");
                }
            }

            public void Terminate() => Complain(true, "Nothing takes that long.");

            public void Dispose() => Interlocked.Increment(ref owner._disposed);

            private void Complain(bool when, string what)
            {
                if (when)
                {
                    owner.Complaints.Add(what);
                }
            }
        }
    }
}
