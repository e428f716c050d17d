using SocialSentiment.ServiceDefaults.Health;

namespace SocialSentiment.Api.Data;

internal static class DatabaseExtensions
{
    public static void AddDatabase(this IHostApplicationBuilder builder)
    {
        // The package's own check retries for half a minute before it admits defeat; a probe needs its answer now.
        builder.AddNpgsqlDbContext<SentimentDbContext>("sentiment", settings => settings.DisableHealthChecks = true);
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("postgresql", tags: [HealthTags.Dependency]);
    }
}
