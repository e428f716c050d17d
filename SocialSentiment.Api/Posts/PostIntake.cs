using System.Threading.Channels;
using Microsoft.Extensions.Options;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Outbox;

namespace SocialSentiment.Api.Posts;

/// <summary>There is no room for more posts at the moment.</summary>
internal sealed class OverloadedException(string message) : Exception(message);

/// <summary>
/// Where callers hand in their posts. What arrives while a transaction is under way goes into the next one together
/// (group commit without a timer): under load many callers share one commit, and without load nobody waits.
/// Single posts and batches have a lane each, so that nobody's single post queues behind somebody's thousand.
/// </summary>
internal sealed partial class PostIntake(
    PostStore store, OutboxDispatcher outbox, OutboxGauge gauge, PostMetrics metrics, IOptions<PostsOptions> options, TimeProvider time, ILogger<PostIntake> logger) : BackgroundService
{
    private const int SingleLaneCapacity = 2_000;
    private const int BatchLaneCapacity = 32;
    private const int PostsPerTransaction = 500;

    private readonly Channel<Handover> _singles = Lane(SingleLaneCapacity);
    private readonly Channel<Handover> _batches = Lane(BatchLaneCapacity);

    /// <summary>Completes when the posts are committed. After a timeout or a lost connection nobody knows whether they are.</summary>
    public async Task<IReadOnlyList<WriteResult>> WriteAsync(IReadOnlyList<NewPost> posts, CancellationToken cancellationToken)
    {
        if (posts.Count == 0)
        {
            return [];
        }

        if (gauge.Size >= options.Value.MaxOutbox)
        {
            metrics.Refused(posts.Count, "outbox");
            throw new OverloadedException("Too many posts are waiting for the broker; try again later.");
        }

        var handover = new Handover(posts);
        if (!(posts.Count == 1 ? _singles : _batches).Writer.TryWrite(handover))
        {
            metrics.Refused(posts.Count, "intake");
            throw new OverloadedException("Too many posts arrive at once; try again in a moment.");
        }

        try
        {
            return await handover.Done.Task.WaitAsync(options.Value.AcceptTimeout, time, cancellationToken);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            handover.Abandon();
            throw;
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
        => Task.WhenAll(ServeAsync(_singles.Reader, stoppingToken), ServeAsync(_batches.Reader, stoppingToken));

    /// <summary>What was handed in before the stop is still written: its callers wait.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _singles.Writer.TryComplete();
        _batches.Writer.TryComplete();
        if (ExecuteTask is { } serving)
        {
            await Task.WhenAny(serving, Task.Delay(Timeout.Infinite, cancellationToken));
        }

        await base.StopAsync(cancellationToken);
    }

    private async Task ServeAsync(ChannelReader<Handover> lane, CancellationToken stoppingToken)
    {
        var together = new List<Handover>();
        while (await lane.WaitToReadAsync(stoppingToken))
        {
            together.Clear();
            for (var posts = 0; posts < PostsPerTransaction && lane.TryRead(out var next);)
            {
                if (next.TryTake())
                {
                    together.Add(next);
                    posts += next.Posts.Count;
                }
            }

            if (together.Count > 0)
            {
                await WriteTogetherAsync(together, stoppingToken);
            }
        }
    }

    private async Task WriteTogetherAsync(List<Handover> together, CancellationToken stoppingToken)
    {
        try
        {
            var results = await store.WriteAsync([.. together.SelectMany(handover => handover.Posts)], stoppingToken);
            var from = 0;
            foreach (var handover in together)
            {
                handover.Done.TrySetResult(results[from..(from + handover.Posts.Count)]);
                from += handover.Posts.Count;
            }

            outbox.Wake();
            metrics.Written(results);
        }
        catch (Exception error) when (together.Count > 1 && !DatabaseErrors.IsTransient(error) && !stoppingToken.IsCancellationRequested)
        {
            // One of them is at fault; the others shall not suffer for it.
            LogSeparated(error, together.Count);
            foreach (var handover in together)
            {
                await WriteTogetherAsync([handover], stoppingToken);
            }
        }
        catch (Exception error)
        {
            foreach (var handover in together)
            {
                handover.Done.TrySetException(error);
            }
        }
    }

    private static Channel<Handover> Lane(int capacity)
        => Channel.CreateBounded<Handover>(new BoundedChannelOptions(capacity) { SingleReader = true });

    [LoggerMessage(LogLevel.Error, "{Count} requests could not be written together; each is tried by itself.")]
    private partial void LogSeparated(Exception error, int count);

    private sealed class Handover(IReadOnlyList<NewPost> posts)
    {
        private int _state;

        public IReadOnlyList<NewPost> Posts { get; } = posts;

        public TaskCompletionSource<IReadOnlyList<WriteResult>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Nobody writes what its caller has given up.</summary>
        public bool TryTake() => Interlocked.CompareExchange(ref _state, 1, 0) == 0;

        public void Abandon() => Interlocked.CompareExchange(ref _state, 2, 0);
    }
}
