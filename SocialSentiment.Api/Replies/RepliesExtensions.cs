using SocialSentiment.Api.Data;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults.Options;

namespace SocialSentiment.Api.Replies;

internal static class RepliesExtensions
{
    /// <summary>An order's whole way: written down, handed over, watched while it is carried out, its drafts kept.</summary>
    public static void AddReplies(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<RepliesOptions>("Replies");
        builder.Services.AddSingleton<ReplyMetrics>();
        builder.Services.AddSingleton<ReplyStore>();
        builder.Services.AddSingleton<ReplyStream>();
        builder.Services.AddSingleton<ReplyDesk>();
        builder.AddBroadcastListener<ReplyBoard>(Queues.ReplyProgress);
        builder.Services.AddSingleton<ReplyDispatcher>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ReplyDispatcher>());
        builder.Services.AddSingleton<ReplyCaretaker>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ReplyCaretaker>());
        builder.AddBatchConsumer<ReplyResult, ReplyResultsHandler>(Queues.ReplyResults, consumer =>
        {
            consumer.Prefetch = 50;
            consumer.BatchSize = 10;
            consumer.IsTransient = DatabaseErrors.IsTransient;
        });
    }
}
