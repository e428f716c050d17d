using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults.Options;

namespace SocialSentiment.Api.Failsafe;

internal static class FailsafeExtensions
{
    public static void AddFailsafe(this IHostApplicationBuilder builder)
    {
        // The names under which other programs of this kind have them; the section wins.
        builder.Services.AddOptions<FailsafeOptions>().Configure<IConfiguration>((options, configuration) =>
        {
            options.MaxFailures = configuration.GetValue("FAILSAFE_MAX_LLM_FAILURES", options.MaxFailures);
            options.Window = Seconds(configuration, "FAILSAFE_FAILURE_WINDOW_SECONDS") ?? options.Window;
            options.Break = Seconds(configuration, "FAILSAFE_CIRCUIT_BREAKER_TIMEOUT") ?? options.Break;
        });
        builder.AddValidatedOptions<FailsafeOptions>(FailsafeOptions.Section);

        builder.Services.AddSingleton<FailsafeMetrics>();
        builder.Services.AddSingleton<Breaker>();
        builder.Services.AddHostedService<Prober>();
        builder.Services.AddSingleton<Replicas>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Replicas>());
        builder.AddBroadcastListener<Replicas>(Queues.Failsafe);
    }

    private static TimeSpan? Seconds(IConfiguration configuration, string name)
        => configuration.GetValue<double?>(name) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
