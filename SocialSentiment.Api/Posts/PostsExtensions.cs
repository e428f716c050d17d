using SocialSentiment.Api.Accounting;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.DeadLetters;
using SocialSentiment.Api.Events;
using SocialSentiment.Api.Http;
using SocialSentiment.Api.Labelling;
using SocialSentiment.Api.Outbox;
using SocialSentiment.Api.Pending;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults.Http;
using SocialSentiment.ServiceDefaults.Options;

namespace SocialSentiment.Api.Posts;

internal static class PostsExtensions
{
    /// <summary>A post's whole way: taken in, sent out, its result written down, its news spread, its sums kept.</summary>
    public static void AddPosts(this WebApplicationBuilder builder)
    {
        builder.AddValidatedOptions<PostsOptions>("Posts");
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = JsonBody.MaxBytes);

        builder.Services.AddSingleton<PostMetrics>();
        builder.Services.AddSingleton<PostStore>();
        builder.Services.AddSingleton<PostEditor>();
        builder.Services.AddScoped<PostReader>();

        builder.AddWorkLoop<EventAnnouncer>();
        builder.AddWorkLoop<EventFeed>();
        builder.AddBroadcastListener<EventListener>(Queues.Events);

        builder.AddWorkLoop<OutboxGauge>();
        builder.AddWorkLoop<OutboxDispatcher>();
        builder.AddWorkLoop<PostIntake>();

        builder.AddBatchConsumer<AnalysisResult, ResultsHandler>(Queues.Results, consumer =>
        {
            consumer.Prefetch = 1_000;
            consumer.BatchSize = 500;
            consumer.IsTransient = DatabaseErrors.IsTransient;
        });
        builder.AddBatchConsumer<byte[], DeadLettersHandler>(Queues.Dead, consumer =>
        {
            consumer.Prefetch = 100;
            consumer.BatchSize = 50;

            // There is nowhere else to put what dies among the dead: it stays in its queue until it can be written down.
            consumer.IsTransient = _ => true;
        });

        builder.AddWorkLoop<ProvisionalLabeller>();
        builder.AddWorkLoop<Reconciler>();
        builder.AddWorkLoop<Housekeeper>();
    }

    /// <summary>A service of its own that others can reach, and that runs as long as the process does.</summary>
    private static void AddWorkLoop<T>(this WebApplicationBuilder builder)
        where T : class, IHostedService
    {
        builder.Services.AddSingleton<T>();
        builder.Services.AddHostedService(services => services.GetRequiredService<T>());
    }
}
