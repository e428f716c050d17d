using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using SocialSentiment.AppHost.Infrastructure;

namespace SocialSentiment.AppHost.Terminal;

/// <summary>
/// Tells the terminal what a person in front of it wants to know: what is still missing while the stack starts, where
/// to look once everything is healthy, and from then on what goes down and what comes back.
/// </summary>
internal sealed class TerminalReport(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    IConfiguration configuration,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    TextWriter output)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _latest = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _down = new(StringComparer.OrdinalIgnoreCase);
    private readonly long _started = time.GetTimestamp();
    private bool _ready;

    public async Task RunAsync()
    {
        var stopping = lifetime.ApplicationStopping;
        await using var impatience = time.CreateTimer(_ => SayWhatIsMissing(), null, s_patience, s_patience);
        try
        {
            await foreach (var change in notifications.WatchAsync(stopping))
            {
                if (IsOfInterest(change.Resource) && !change.Snapshot.IsHidden)
                {
                    Observe(change);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The application stops.
        }
    }

    internal void Observe(ResourceEvent change)
    {
        lock (_lock)
        {
            _latest[change.ResourceId] = change;
            if (_ready)
            {
                SayWhatChanged(change);
            }
            else if (Missing().Length == 0)
            {
                _ready = true;
                SayWhereToLook();
            }
        }
    }

    private static bool IsOfInterest(IResource resource) =>
        resource is ProjectResource or IResourceWithConnectionString and not ParameterResource;

    private static bool IsHealthy(CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text == KnownResourceStates.Running
        && snapshot.HealthStatus == HealthStatus.Healthy;

    private static bool HasEnded(CustomResourceSnapshot snapshot) => KnownResourceStates.TerminalStates.Contains(snapshot.State?.Text);

    private string[] Missing()
    {
        var unhealthy = _latest.Values.Where(one => !IsHealthy(one.Snapshot)).Select(one => $"{one.ResourceId} ({Describe(one.Snapshot)})");
        var unseen = model.Resources.Where(IsOfInterest).Select(resource => resource.Name)
            .Except(_latest.Values.Select(one => one.Resource.Name), StringComparer.OrdinalIgnoreCase);
        return [.. unhealthy, .. unseen];
    }

    private void SayWhatIsMissing()
    {
        lock (_lock)
        {
            if (!_ready)
            {
                output.WriteLine($"Still waiting for {string.Join(", ", Missing())}");
            }
        }
    }

    private void SayWhereToLook()
    {
        var places = _latest.Values
            .Where(one => one.Resource is ProjectResource)
            .SelectMany(one => one.Snapshot.Urls)
            .Where(url => !url.IsInternal)
            .Select(url => (Title: url.DisplayProperties.DisplayName, url.Url))
            .Append((Title: "Dashboard", Url: DashboardLogin()))
            .Where(place => place.Title.Length > 0 && place.Url.Length > 0)
            .Distinct()
            .OrderBy(place => place.Title == "Web" ? 0 : place.Title == "Dashboard" ? 2 : 1);

        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Everything is healthy, {time.GetElapsedTime(_started).TotalSeconds:0} s after the start."));
        foreach (var (title, url) in places)
        {
            output.WriteLine($"  {title,-15} {url}");
        }

        output.WriteLine("Ctrl+C stops everything; data is kept.");
        output.WriteLine();
    }

    private void SayWhatChanged(ResourceEvent change)
    {
        var name = change.ResourceId;
        if (IsHealthy(change.Snapshot))
        {
            if (_down.Remove(name))
            {
                Say($"{name} is healthy again");
            }
        }
        else if ((HasEnded(change.Snapshot) || change.Snapshot.State?.Text == KnownResourceStates.Running) && _down.Add(name))
        {
            Say($"{name} is down: {Describe(change.Snapshot)}");
        }
    }

    private static string Describe(CustomResourceSnapshot snapshot) => (snapshot.State?.Text, snapshot.ExitCode) switch
    {
        (null or "", _) => "not started yet",
        ("Running", _) => "running, not healthy",
        ({ } state, { } code) => $"{state.ToLowerInvariant()}, exit code {code}",
        ({ } state, null) => state.ToLowerInvariant(),
    };

    private void Say(string what) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():HH:mm:ss} {what}"));

    private string DashboardLogin() =>
        Settings.DashboardUrl(configuration) is not { Length: > 0 } url ? ""
        : configuration["AppHost:BrowserToken"] is { Length: > 0 } token ? $"{url.TrimEnd('/')}/login?t={token}"
        : url;
}

internal static class TerminalReportExtensions
{
    public static void AddTerminalReport(this IDistributedApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<TerminalReport>(services, Console.Out));

        // Not a hosted service: those start only after everything that is waited for is up.
        builder.Eventing.Subscribe<BeforeStartEvent>((@event, _) =>
        {
            var report = @event.Services.GetRequiredService<TerminalReport>().RunAsync();
            return report.IsFaulted ? report : Task.CompletedTask;
        });
    }
}
