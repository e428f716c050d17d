using SocialSentiment.Contracts.Failsafe;
using SocialSentiment.Contracts.Models;

namespace SocialSentiment.Contracts.Status;

/// <summary>The answer of <c>GET /status</c>: who is answering, since when, and what it can reach.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Version">The running build.</param>
/// <param name="Environment">Development, Production or another.</param>
/// <param name="Instance">Which replica answered.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="UptimeSeconds">How long it has been up.</param>
/// <param name="Dependencies">What it depends on.</param>
/// <param name="Queues">What is going on in the queues; only from the API.</param>
/// <param name="Workers">The workers that are running; only from the API.</param>
/// <param name="Outbox">What is not yet with the broker; only from the API.</param>
/// <param name="Failsafe">Whether predictions come from the model; only from the API.</param>
public sealed record StatusResponse(
    string Service,
    string Version,
    string Environment,
    string Instance,
    DateTimeOffset StartedAt,
    double UptimeSeconds,
    IReadOnlyList<DependencyStatus> Dependencies,
    IReadOnlyList<QueueStatus>? Queues = null,
    IReadOnlyList<WorkerResponse>? Workers = null,
    OutboxStatus? Outbox = null,
    FailsafeStatus? Failsafe = null);

/// <summary>One dependency of a service.</summary>
/// <param name="Name">The dependency.</param>
/// <param name="State">Whether it can be used.</param>
/// <param name="LatencyMs">How long it took to answer, or to fail.</param>
/// <param name="Description">In plain words; free of secrets.</param>
public sealed record DependencyStatus(string Name, DependencyState State, double LatencyMs, string? Description = null);

/// <summary>One queue of the broker.</summary>
/// <param name="Name">The queue.</param>
/// <param name="Ready">How many messages wait; absent when the broker does not answer.</param>
/// <param name="Consumers">How many consumers there are; absent when the broker does not answer.</param>
public sealed record QueueStatus(string Name, long? Ready, int? Consumers);

/// <summary>The circuit breakers of predictions in short; <c>/failsafe/status</c> has the rest.</summary>
/// <param name="State">The worst of all replicas of the API.</param>
/// <param name="Since">Since when.</param>
/// <param name="NextProbeAt">When the model is tried again.</param>
public sealed record FailsafeStatus(FailsafeState State, DateTimeOffset Since, DateTimeOffset? NextProbeAt);

/// <summary>Jobs that are stored and not yet with the broker.</summary>
/// <param name="Size">How many there are.</param>
/// <param name="LagSeconds">How long the oldest of them has waited.</param>
public sealed record OutboxStatus(long Size, double LagSeconds);
