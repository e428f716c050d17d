namespace SocialSentiment.Contracts.DeadLetters;

/// <summary>A message that nobody could work on, and why.</summary>
/// <param name="Id">Pass it to <c>POST /dead-letters/{id}/replay</c>.</param>
/// <param name="Queue">The queue that it was taken from.</param>
/// <param name="Reason">Why it is here: <c>rejected</c>, <c>malformed</c>, <c>crashed_worker</c> or <c>expired</c>.</param>
/// <param name="Error">The words of the last error.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="PostId">The post that it was about, if that could be told.</param>
/// <param name="Body">The message itself, cut after 4,096 characters.</param>
/// <param name="DiedAt">When it was recorded.</param>
/// <param name="ReplayedAt">When it was sent on its way again.</param>
public sealed record DeadLetterResponse(
    Guid Id,
    string Queue,
    string Reason,
    string? Error,
    int Attempts,
    Guid? PostId,
    string Body,
    DateTimeOffset DiedAt,
    DateTimeOffset? ReplayedAt);

/// <summary>One page of dead letters, newest first.</summary>
/// <param name="Items">The dead letters.</param>
/// <param name="Next">Pass it as <c>after</c> to get the following page; absent on the last one.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetterResponse> Items, string? Next);
