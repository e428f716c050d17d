using System.Diagnostics;
using SocialSentiment.Contracts.Posts;

namespace SocialSentiment.Api.Posts;

/// <summary>A post that is valid and about to be written.</summary>
internal sealed record NewPost(
    string Text,
    string? Author,
    string Source,
    string? ExternalId,
    string? Language,
    DateTimeOffset CreatedAt,
    DateTimeOffset AcceptedAt,
    byte[]? KeyHash)
{
    /// <summary>Brokers that know priorities serve single posts first: somebody waits for them.</summary>
    public const short SinglePriority = 5;

    /// <summary>Version 7, so that new rows go to the end of the index.</summary>
    public Guid Id { get; } = Guid.CreateVersion7(AcceptedAt);

    public Guid JobId { get; } = Guid.CreateVersion7(AcceptedAt);

    public required byte[] ContentHash { get; init; }

    /// <summary>The trace that the post's whole way belongs to.</summary>
    public string? TraceParent { get; set; }

    /// <summary>Somebody waits for a single post; a batch can wait.</summary>
    public short Priority { get; set; }

    public PostResponse ToResponse() => new(
        Id, Revision: 1, PostStatus.Pending, Text, Author, Source, ExternalId, Language, CreatedAt, AcceptedAt, EditedAt: null, Sentiment: null);
}

/// <summary>What became of a post.</summary>
internal readonly record struct WriteResult(PostOutcome Outcome, Guid? Id);

internal static class TraceParents
{
    /// <summary>
    /// The current trace, for the post's way through the platform. Of a batch only the first post is traced in full: a
    /// thousand ways in one trace cannot be read, and cost more than the work itself. The others keep its id.
    /// </summary>
    public static string? Current(bool traced)
        => Activity.Current is { } activity
            ? Of(new ActivityContext(activity.TraceId, activity.SpanId, traced && activity.Recorded ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None))
            : null;

    public static string Of(ActivityContext trace)
        => $"00-{trace.TraceId.ToHexString()}-{trace.SpanId.ToHexString()}-{((trace.TraceFlags & ActivityTraceFlags.Recorded) != 0 ? "01" : "00")}";

    public static bool IsTraced(string? traceParent) => traceParent is not null && traceParent.EndsWith("-01", StringComparison.Ordinal);
}
