namespace SocialSentiment.Contracts.Messages;

/// <summary>The order to analyse one revision of one post; travels on the queue <c>analyze</c>.</summary>
/// <param name="JobId">Identifies this order however often it is delivered; its result carries it back.</param>
/// <param name="PostId">The post.</param>
/// <param name="Revision">The revision of the post that <paramref name="Text"/> belongs to.</param>
/// <param name="Text">What to analyse.</param>
/// <param name="Language">What the author said the language is, if anything.</param>
/// <param name="AcceptedAt">When the platform took responsibility for this revision.</param>
public sealed record AnalyzeJob(
    Guid JobId,
    Guid PostId,
    int Revision,
    string Text,
    string? Language,
    DateTimeOffset AcceptedAt);
