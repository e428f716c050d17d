using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using SocialSentiment.Contracts.Status;
using SocialSentiment.Web.Api;
using SocialSentiment.Web.Options;

namespace SocialSentiment.Web.Components.Status;

/// <summary>Looks at the stack from here: the API is asked, and the API answers for what it depends on.</summary>
public sealed class StackProbe(SentimentApiClient api, IOptions<StatusPageOptions> options, TimeProvider time)
{
    public async Task<StackSnapshot> LookAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Value.Patience);
        var started = time.GetTimestamp();
        try
        {
            var status = await api.GetStatusAsync(patience.Token);
            return Answered(status, time.GetElapsedTime(started));
        }
        catch (HttpRequestException error) when (error.StatusCode is { } code)
        {
            return Without(PartState.Down, $"It answers with an error ({(int)code}).");
        }
        catch (HttpRequestException)
        {
            return Without(PartState.Unreachable, "Nothing answers at its address. It may be starting.");
        }
        catch (JsonException)
        {
            return Without(PartState.Down, "Its answer makes no sense.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Without(PartState.Unreachable, "It takes too long to answer.");
        }
    }

    /// <summary>
    /// Like <see cref="LookAsync"/>, without leaving a trace: a page that looks again every few seconds would bury the
    /// traces that somebody wants to read. An activity that is not recorded tells everyone downstream not to record either.
    /// </summary>
    public async Task<StackSnapshot> LookQuietlyAsync(CancellationToken cancellationToken)
    {
        Activity.Current = null;
        using var unrecorded = new Activity("status refresh").SetIdFormat(ActivityIdFormat.W3C).Start();
        return await LookAsync(cancellationToken);
    }

    private static StackSnapshot Answered(StatusResponse status, TimeSpan elapsed)
    {
        var own = elapsed.TotalMilliseconds - status.Dependencies.Select(dependency => dependency.LatencyMs).DefaultIfEmpty().Max();
        return With(
            api => api with { State = PartState.Running, LatencyMs = Math.Max(0, own), Detail = $"Version {status.Version}, up {Plain(status.UptimeSeconds)}" },
            part => status.Dependencies.FirstOrDefault(dependency => dependency.Name.Equals(part.Name, StringComparison.OrdinalIgnoreCase)) is { } found
                ? part with { State = StateOf(found.State), LatencyMs = found.LatencyMs, Detail = found.State == DependencyState.Running ? null : Sentence(found.Description) }
                : part with { State = PartState.Unknown, Detail = "The API says nothing about it." });
    }

    private static StackSnapshot Without(PartState state, string detail)
        => With(
            api => api with { State = state, Detail = detail },
            part => part with { State = PartState.Unknown, Detail = "Only the API can tell." });

    private static StackSnapshot With(Func<StackPart, StackPart> api, Func<StackPart, StackPart> dependency)
        => new([.. StackSnapshot.Pending.Parts.Select(part => part.Name switch
        {
            "Web" => part,
            "API" => api(part),
            _ => dependency(part),
        })]);

    private static PartState StateOf(DependencyState state) => state switch
    {
        DependencyState.Running => PartState.Running,
        DependencyState.Degraded => PartState.Degraded,
        _ => PartState.Down,
    };

    private static string? Sentence(string? text) => text is [var first, .. var rest] ? $"{char.ToUpperInvariant(first)}{rest}." : null;

    private static string Plain(double seconds) => TimeSpan.FromSeconds(seconds) switch
    {
        { TotalDays: >= 1 } time => $"{time.Days} d {time.Hours} h",
        { TotalHours: >= 1 } time => $"{time.Hours} h {time.Minutes} min",
        { TotalMinutes: >= 1 } time => $"{time.Minutes} min",
        var time => $"{time.Seconds} s",
    };
}
