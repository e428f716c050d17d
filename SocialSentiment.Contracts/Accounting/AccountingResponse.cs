namespace SocialSentiment.Contracts.Accounting;

/// <summary>Where every accepted post is. At any moment: accepted = labelled + pending + dead + deleted.</summary>
/// <param name="Balanced">Whether the equation holds, and, if a recount was asked for, whether the recount agrees.</param>
/// <param name="Accepted">Posts that were answered with 201.</param>
/// <param name="Labelled">Posts with their final label.</param>
/// <param name="Pending">Posts still waiting for it.</param>
/// <param name="Provisional">How many of the pending ones carry a provisional label.</param>
/// <param name="Dead">Posts that could not be analysed.</param>
/// <param name="Deleted">Posts that were deleted.</param>
/// <param name="OutboxSize">Jobs that are not yet with the broker.</param>
/// <param name="OldestPendingSeconds">How long the oldest pending post has been waiting; absent when none is.</param>
/// <param name="Recount">The same, counted from the rows themselves; only with <c>recount=true</c>, for it reads every post.</param>
public sealed record AccountingResponse(
    bool Balanced,
    long Accepted,
    long Labelled,
    long Pending,
    long Provisional,
    long Dead,
    long Deleted,
    long OutboxSize,
    double? OldestPendingSeconds,
    AccountingRecount? Recount);

/// <summary>The accounting, counted from the rows.</summary>
/// <param name="Labelled">Posts with their final label.</param>
/// <param name="Pending">Posts still waiting for it.</param>
/// <param name="Provisional">How many of the pending ones carry a provisional label.</param>
/// <param name="Dead">Posts that could not be analysed.</param>
/// <param name="Deleted">Posts that were deleted.</param>
/// <param name="WrongRollups">Cells (minute, source, label) of the roll-up that differ from the recount.</param>
public sealed record AccountingRecount(long Labelled, long Pending, long Provisional, long Dead, long Deleted, long WrongRollups);
