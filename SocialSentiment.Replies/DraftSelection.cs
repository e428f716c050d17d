using SocialSentiment.Contracts.Replies;
using SocialSentiment.Replies.Text;

namespace SocialSentiment.Replies;

/// <summary>What a model wrote.</summary>
/// <param name="Text">As it wrote it.</param>
/// <param name="LogLikelihood">By token, as the model has it; none if nobody knows.</param>
/// <param name="IsWhole">Whether it came to an end by itself.</param>
/// <param name="IsTaught">Whether its model was taught our own replies and nothing else: then it has no words but theirs and the post's.</param>
public sealed record DraftCandidate(string Text, double? LogLikelihood = null, bool IsWhole = true, bool IsTaught = false);

/// <summary>A draft to be shown.</summary>
/// <param name="Text">The draft.</param>
/// <param name="Source">Who wrote it.</param>
/// <param name="Score">How good it is thought to be, from 0 to 1.</param>
/// <param name="Candidate">Which of the candidates it was; none for a template.</param>
public sealed record SelectedDraft(string Text, ReplySource Source, double Score, int? Candidate);

/// <summary>A candidate that is not shown.</summary>
/// <param name="Candidate">Which one.</param>
/// <param name="Refusal">Why.</param>
public sealed record RefusedDraft(int Candidate, DraftRefusal Refusal);

/// <summary>What came of the candidates.</summary>
/// <param name="Drafts">The best first.</param>
/// <param name="Refused">In the candidates' order.</param>
public sealed record DraftSelection(IReadOnlyList<SelectedDraft> Drafts, IReadOnlyList<RefusedDraft> Refused)
{
    /// <summary>
    /// A model's draft that scores less stands behind the templates. Measured on tweets and dialogues: nine of ten
    /// templates of a tweet's own label score more, and so do nine of ten replies that were made for it; of templates
    /// for other labels it is one of three, and of replies in small talk, which are said to nobody, one of nine.
    /// </summary>
    public const double Floor = 0.7;

    /// <summary>How many were refused for what.</summary>
    public IReadOnlyDictionary<DraftFault, int> Faults => Refused.CountBy(refused => refused.Refusal.Fault).ToDictionary();

    /// <summary>
    /// The best <paramref name="count"/> of them that may be shown, different from each other, filled up with templates:
    /// at least one, and fewer than asked for only where fewer were written for a kind of post.
    /// </summary>
    /// <param name="situation">What is replied to, and how.</param>
    /// <param name="candidates">What a model wrote; none is an answer too.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">The same seed takes the same templates.</param>
    /// <param name="sentiment">How texts sound; asked once, about all that are left.</param>
    public static DraftSelection Select(
        ReplySituation situation,
        IReadOnlyList<DraftCandidate> candidates,
        int count,
        long seed,
        Func<IReadOnlyList<string>, IReadOnlyList<(double Negative, double Neutral, double Positive)>> sentiment)
    {
        ArgumentNullException.ThrowIfNull(sentiment);
        var field = DraftField.Gather(situation, candidates, seed);
        return field.Select(count, sentiment(field.Texts));
    }
}
