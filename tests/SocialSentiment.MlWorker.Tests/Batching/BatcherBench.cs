using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Batching;
using SocialSentiment.MlWorker.Inference.Statistics;
using SocialSentiment.MlWorker.Tests.Statistics;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Batching;

/// <summary>What a caller gets for one text.</summary>
internal readonly record struct Answer(float Output, Exception? Error);

/// <summary>A batcher over runners and a clock that a test has in its hands.</summary>
internal sealed class BatcherBench : IAsyncDisposable
{
    public static readonly TimeSpan RunTimeout = TimeSpan.FromSeconds(10);

    public BatcherBench(int runners = 1, int rows = 32, int tokens = 1_024, int waiting = 1_000, int bulk = 1_000, int lookAhead = 256)
    {
        Statistics = TestStatistics.Create(Time);
        Batcher = new Batcher(
            Runners.Create,
            outputsPerRow: 1,
            new InferenceOptions
            {
                Runners = runners,
                MaxBatchRows = rows,
                MaxBatchTokens = tokens,
                MaxWaiting = waiting,
                MaxBulk = bulk,
                LookAhead = lookAhead,
                RunTimeout = RunTimeout,
            },
            Statistics,
            Time);
    }

    public HeldRunners Runners { get; } = new();

    public ManualTime Time { get; } = new();

    public ModelStatistics Statistics { get; }

    public Batcher Batcher { get; }

    /// <summary>A text that is told from others by its first token.</summary>
    public static int[] Text(int id, int length = 4) => [id, .. Enumerable.Repeat(7, length - 1)];

    /// <summary>Some short texts, numbered from the first on.</summary>
    public static int[][] Texts(int first, int count) => [.. Enumerable.Range(first, count).Select(id => Text(id))];

    /// <summary>Keeps the only runner busy with a text of its own, so that whatever comes next has to wait.</summary>
    public async Task<(HeldBatch Batch, Task<Answer[]> Answer)> OccupyAsync(CancellationToken cancellationToken)
    {
        var answer = AskAsync([Text(999)]);
        return (await Runners.NextAsync(cancellationToken), answer);
    }

    public Task<Answer[]> AskAsync(int[][] texts, Priority priority = Priority.Interactive, long deadline = long.MaxValue, CancellationTokenSource? patience = null)
        => AskAsync(Batcher, texts, priority, deadline, patience?.Token ?? CancellationToken.None);

    /// <summary>What an engine does.</summary>
    public static async Task<Answer[]> AskAsync(
        Batcher batcher, int[][] texts, Priority priority, long deadline, CancellationToken cancellationToken)
    {
        if (!await batcher.EnterAsync(texts.Length, priority, cancellationToken))
        {
            throw new ModelException(ModelError.Overloaded, "Full.");
        }

        var request = batcher.Rent();
        try
        {
            foreach (var text in texts)
            {
                text.CopyTo(request.Room(text.Length));
                request.Add(text.Length);
            }

            var done = batcher.RunAsync(request, priority, deadline);
            using (cancellationToken.UnsafeRegister(static (state, token) => ((BatchRequest)state!).Abandon(token), request))
            {
                await done;
            }

            return [.. texts.Select((_, i) => new Answer(request.Output(i)[0], request.Error(i)))];
        }
        finally
        {
            request.Return();
        }
    }

    /// <summary>Permits are given back a moment before or after an answer is read.</summary>
    public static Task EmptyAsync(Batcher batcher) => UntilAsync(() => batcher is { Inside: 0, Waiting: 0 });

    public static Task UntilAsync(Func<bool> condition)
        => Eventually.TrueAsync(() => Task.FromResult(condition()), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Runners.ReleaseAll();
        await Batcher.DisposeAsync();
    }
}
