namespace SocialSentiment.Contracts.Posts;

/// <summary>A post as it stands.</summary>
/// <param name="Id">Its id on this platform.</param>
/// <param name="Revision">1 at first, one more with each edit.</param>
/// <param name="Status">Where it is on its way.</param>
/// <param name="Text">What was said.</param>
/// <param name="Author">Who said it.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="ExternalId">Its id at the source.</param>
/// <param name="Language">The language, if the sender named it.</param>
/// <param name="CreatedAt">When it was said.</param>
/// <param name="AcceptedAt">When the platform took it in.</param>
/// <param name="EditedAt">When it was last edited here.</param>
/// <param name="Sentiment">Its label, once there is one.</param>
/// <param name="DeadReason">Why it could not be analysed, if it is dead.</param>
public record PostResponse(
    Guid Id,
    int Revision,
    PostStatus Status,
    string Text,
    string? Author,
    string Source,
    string? ExternalId,
    string? Language,
    DateTimeOffset CreatedAt,
    DateTimeOffset AcceptedAt,
    DateTimeOffset? EditedAt,
    PostSentiment? Sentiment,
    string? DeadReason = null);

/// <summary>The current label of a post.</summary>
/// <param name="Label">How the author feels.</param>
/// <param name="Confidence">How sure the model is, from 0 to 1.</param>
/// <param name="Provisional">Made by the lexicon while the model was away; the model's label will replace it.</param>
/// <param name="Model">The model that said so.</param>
/// <param name="AnalysedAt">When it said so.</param>
public sealed record PostSentiment(SentimentLabel Label, double Confidence, bool Provisional, string Model, DateTimeOffset AnalysedAt);

/// <summary>A post with everything that was ever found out about it.</summary>
/// <param name="Post">The post as it stands.</param>
/// <param name="Analyses">Every analysis of every revision, newest first.</param>
/// <param name="EarlierTexts">The texts of earlier revisions, newest first.</param>
public sealed record PostDetailResponse(PostResponse Post, IReadOnlyList<PostAnalysis> Analyses, IReadOnlyList<PostRevision> EarlierTexts);

/// <summary>One analysis of one revision.</summary>
/// <param name="Revision">The revision that was analysed.</param>
/// <param name="Label">How the author feels.</param>
/// <param name="Confidence">How sure the model is, from 0 to 1.</param>
/// <param name="Probabilities">The probability of each label.</param>
/// <param name="Provisional">Whether the lexicon made it while the model was away.</param>
/// <param name="Provenance">Who says so.</param>
public sealed record PostAnalysis(
    int Revision,
    SentimentLabel Label,
    double Confidence,
    LabelProbabilities Probabilities,
    bool Provisional,
    Provenance Provenance);

/// <summary>A text that an edit has replaced.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="Text">What was said.</param>
/// <param name="ReplacedAt">When the edit came.</param>
public sealed record PostRevision(int Revision, string Text, DateTimeOffset ReplacedAt);

/// <summary>One page of posts, newest first.</summary>
/// <param name="Items">The posts.</param>
/// <param name="Next">Pass it as <c>after</c> to get the following page; absent on the last one.</param>
public sealed record PostPage(IReadOnlyList<PostResponse> Items, string? Next);

/// <summary>What became of each post of a batch, in the order in which they were sent.</summary>
/// <param name="Accepted">How many posts were new and are accepted.</param>
/// <param name="Existing">How many were known already, with the same content.</param>
/// <param name="Rejected">How many were refused.</param>
/// <param name="Items">What became of each.</param>
public sealed record PostBatchResponse(int Accepted, int Existing, int Rejected, IReadOnlyList<PostBatchItem> Items);

/// <summary>What became of one post of a batch.</summary>
/// <param name="Index">Its position in the request, from 0.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Id">Its id, if it was accepted or known already.</param>
/// <param name="Errors">What is wrong, by field.</param>
public sealed record PostBatchItem(int Index, PostOutcome Outcome, Guid? Id = null, IReadOnlyDictionary<string, string[]>? Errors = null);
