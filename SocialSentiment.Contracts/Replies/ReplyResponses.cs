namespace SocialSentiment.Contracts.Replies;

/// <summary>A draft of a reply. Nobody sends it but a person.</summary>
/// <param name="Id">Its id.</param>
/// <param name="JobId">The order that it was written for.</param>
/// <param name="Rank">1 is the best of its order.</param>
/// <param name="Text">The draft.</param>
/// <param name="Source">Whether a model wrote it or a person, once, for all posts of a kind.</param>
/// <param name="Model">The model that was asked, or <c>templates</c>.</param>
/// <param name="Version">The version of it that wrote.</param>
/// <param name="Seed">With the same seed it writes the same again.</param>
/// <param name="Tone">How it shall sound.</param>
/// <param name="Label">The feeling that it replies to.</param>
/// <param name="Score">How good it is thought to be, from 0 to 1.</param>
/// <param name="Decision">What became of it.</param>
/// <param name="EditedText">What a person made of it.</param>
/// <param name="DecidedAt">When somebody decided.</param>
/// <param name="CreatedAt">When it was written.</param>
public sealed record ReplyDraft(
    Guid Id,
    Guid JobId,
    int Rank,
    string Text,
    ReplySource Source,
    string Model,
    string Version,
    long Seed,
    ReplyTone Tone,
    SentimentLabel Label,
    double Score,
    ReplyDecision Decision,
    string? EditedText,
    DateTimeOffset? DecidedAt,
    DateTimeOffset CreatedAt);

/// <summary>An order for drafts, and what has come of it so far.</summary>
/// <param name="Id">Its id; <c>GET /replies/jobs/{id}</c> follows it, <c>GET /replies/jobs/{id}/events</c> shows it being written.</param>
/// <param name="PostId">The post; absent for a preview.</param>
/// <param name="State">Where it is.</param>
/// <param name="Tone">How the drafts shall sound.</param>
/// <param name="Count">How many were asked for.</param>
/// <param name="Model">The model that was asked for, if one was.</param>
/// <param name="Seed">What the drafts are drawn with.</param>
/// <param name="Position">How many orders are before this one, while it waits.</param>
/// <param name="Note">What is not as it was asked for, and why.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="StartedAt">When a worker began.</param>
/// <param name="FinishedAt">When it was over.</param>
/// <param name="Drafts">The best first.</param>
public sealed record ReplyJobResponse(
    Guid Id,
    Guid? PostId,
    ReplyJobState State,
    ReplyTone Tone,
    int Count,
    string? Model,
    long Seed,
    int? Position,
    string? Note,
    DateTimeOffset RequestedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    IReadOnlyList<ReplyDraft> Drafts);

/// <summary>Everything that was ever drafted in reply to a post.</summary>
/// <param name="Running">Orders that are not done yet.</param>
/// <param name="Drafts">The newest order first, and of each the best draft first.</param>
public sealed record PostRepliesResponse(IReadOnlyList<ReplyJobResponse> Running, IReadOnlyList<ReplyDraft> Drafts);

/// <summary>Drafts that are being written, as far as they are; every event holds all there is, so that a missed one leaves no gap.</summary>
/// <param name="JobId">The order.</param>
/// <param name="Run">Which attempt this is: drafts of an earlier one are forgotten.</param>
/// <param name="Texts">One for each draft under way; null for one that was withdrawn.</param>
public sealed record ReplyProgress(Guid JobId, Guid Run, IReadOnlyList<string?> Texts);
