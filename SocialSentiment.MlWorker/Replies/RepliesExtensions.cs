using SocialSentiment.ServiceDefaults.Options;

namespace SocialSentiment.MlWorker.Replies;

internal static class RepliesExtensions
{
    /// <summary>Adds what writes drafts; who orders them, and who hears of them, is another matter.</summary>
    public static void AddReplyWriter(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ReplyOptions>(ReplyOptions.Section);
        builder.Services.AddSingleton<ReplyMetrics>();
        builder.Services.AddSingleton<ReplyWriter>();
    }
}
