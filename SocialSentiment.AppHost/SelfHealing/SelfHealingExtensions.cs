using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace SocialSentiment.AppHost.SelfHealing;

/// <summary>Marks a resource that is started again when it ends by itself.</summary>
internal sealed class SelfHealingAnnotation : IResourceAnnotation;

internal static class SelfHealingExtensions
{
    public static void AddSelfHealing(this IDistributedApplicationBuilder builder)
    {
        var options = SelfHealingOptions.From(builder.Configuration);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<SelfHealer>();
        builder.Services.TryAddSingleton(TimeProvider.System);

        // Whoever needs something that has just crashed waits for it to be healed, also when no dashboard is there.
        builder.Services.Configure<ResourceNotificationServiceOptions>(waits => waits.DefaultWaitBehavior = WaitBehavior.WaitOnResourceUnavailable);

        // Not a hosted service: those start only after everything that is waited for is up, and a database may
        // crash before that.
        builder.Eventing.Subscribe<BeforeStartEvent>((@event, cancellationToken) =>
        {
            if (options.Enabled)
            {
                _ = @event.Services.GetRequiredService<SelfHealer>().RunAsync();
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>Starts the resource again when it ends by itself.</summary>
    public static IResourceBuilder<T> WithSelfHealing<T>(this IResourceBuilder<T> builder)
        where T : IResource =>
        builder.WithAnnotation(new SelfHealingAnnotation());
}
