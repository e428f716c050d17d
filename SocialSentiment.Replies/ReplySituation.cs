using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Replies;

namespace SocialSentiment.Replies;

/// <summary>What is to be replied to, and how.</summary>
/// <param name="Text">What the author said.</param>
/// <param name="Label">How the author feels.</param>
/// <param name="Tone">How the reply shall sound.</param>
public sealed record ReplySituation(string Text, SentimentLabel Label, ReplyTone Tone);
