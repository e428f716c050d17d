using System.ComponentModel.DataAnnotations;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Predictions;
using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Replies;
using SocialSentiment.ServiceDefaults.Options;

namespace SocialSentiment.MlWorker.Consumers;

/// <summary>How much the worker takes on at once.</summary>
internal sealed class WorkerOptions
{
    /// <summary>Jobs in hand, waiting or under way.</summary>
    [Range(1, 10_000)]
    public int Prefetch { get; set; } = 512;

    /// <summary>Jobs per batch.</summary>
    [Range(1, 1_000)]
    public int BatchSize { get; set; } = 128;

    /// <summary>Batches in hand at once: while the results of one are published, the next is computed.</summary>
    [Range(1, 16)]
    public int Concurrency { get; set; } = 2;

    /// <summary>Requests of callers who wait, in hand at once; more stay in the queue, where another worker can take them.</summary>
    [Range(1, 10_000)]
    public int PredictPrefetch { get; set; } = 256;
}

internal static class ConsumerExtensions
{
    private const string Section = "Worker";

    public static void AddConsumers(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<WorkerOptions>(Section);
        builder.Services.AddSingleton<WorkerMetrics>();

        var options = builder.Configuration.GetSection(Section).Get<WorkerOptions>() ?? new WorkerOptions();
        builder.AddBatchConsumer<AnalyzeJob, AnalyzeHandler>(Queues.Analyze, consumer =>
        {
            consumer.Prefetch = options.Prefetch;
            consumer.BatchSize = options.BatchSize;
            consumer.Concurrency = options.Concurrency;
            consumer.SuspectQueue = Queues.Suspects;
            consumer.IsTransient = IsNoFaultOfThePosts;
        });

        // Alone, so that a post that takes its worker down takes no neighbour with it.
        builder.AddBatchConsumer<AnalyzeJob, AnalyzeHandler>(Queues.Suspects, consumer =>
        {
            consumer.Prefetch = 1;
            consumer.BatchSize = 1;
            consumer.IsTransient = IsNoFaultOfThePosts;
        });

        builder.AddReplyWriter();
        builder.Services.AddSingleton<ReplyHandler>();
        builder.AddBroadcastListener<OrderBook>(Queues.ReplyProgress);

        // Each in turn: others may have time for what would only wait here.
        var replies = builder.Configuration.GetSection(ReplyOptions.Section).Get<ReplyOptions>() ?? new ReplyOptions();
        builder.AddBatchConsumer<ReplyJob, ReplyHandler>(Queues.Replies, consumer =>
        {
            (consumer.Prefetch, consumer.BatchSize, consumer.Concurrency) = (replies.Concurrency, 1, replies.Concurrency);
            consumer.IsTransient = error => error is PublishFailedException;
        });

        builder.Services.AddSingleton<PredictHandler>();
        builder.AddRpcServer<PredictBatchRequest, PredictReply, PredictHandler>(Queues.Predict, consumer => consumer.Prefetch = options.PredictPrefetch);
    }

    /// <summary>The broker is away, or the model cannot be asked at all: the posts wait.</summary>
    private static bool IsNoFaultOfThePosts(Exception error)
        => error is PublishFailedException or ModelException { Error: ModelError.Overloaded or ModelError.Broken or ModelError.Unavailable or ModelError.NotPresent };
}
