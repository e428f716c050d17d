using SocialSentiment.Contracts.Replies;

namespace SocialSentiment.Contracts.Messages;

/// <summary>The order to draft replies to a text; travels on the queue <c>replies</c>.</summary>
/// <param name="JobId">Identifies this order however often it is delivered.</param>
/// <param name="PostId">The post; absent for a preview.</param>
/// <param name="Text">What to reply to.</param>
/// <param name="Label">How its author feels; absent if nobody has said yet.</param>
/// <param name="Tone">How the drafts shall sound.</param>
/// <param name="Count">How many.</param>
/// <param name="Model">Who shall write; absent: whoever the worker prefers.</param>
/// <param name="Seed">What the drafts are drawn with.</param>
public sealed record ReplyJob(Guid JobId, Guid? PostId, string Text, SentimentLabel? Label, ReplyTone Tone, int Count, string? Model, long Seed);

/// <summary>What a worker has written for one order; travels on the queue <c>reply-results</c>.</summary>
/// <param name="JobId">The order that this answers.</param>
/// <param name="Label">The feeling that it replies to.</param>
/// <param name="Drafts">The best first; never empty.</param>
/// <param name="Note">What is not as it was asked for, and why.</param>
/// <param name="Worker">Who wrote.</param>
/// <param name="StartedAt">When it began.</param>
public sealed record ReplyResult(Guid JobId, SentimentLabel Label, IReadOnlyList<WrittenReply> Drafts, string? Note, string Worker, DateTimeOffset StartedAt);

/// <summary>One draft as it was written.</summary>
/// <param name="Text">The draft.</param>
/// <param name="Source">Who wrote it.</param>
/// <param name="Model">The model, or <c>templates</c>.</param>
/// <param name="Version">Its version.</param>
/// <param name="Score">How good it is thought to be, from 0 to 1.</param>
public sealed record WrittenReply(string Text, ReplySource Source, string Model, string Version, double Score);

/// <summary>What is said of orders while they are carried out; travels on the exchange <c>reply-progress</c>.</summary>
/// <param name="Progress">How far a worker has come.</param>
/// <param name="Cancelled">An order that nobody wants any more.</param>
/// <param name="Finished">An order that is over.</param>
public sealed record ReplyNotice(ReplyProgress? Progress = null, Guid? Cancelled = null, Guid? Finished = null);
