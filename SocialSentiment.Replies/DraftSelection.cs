using SocialSentiment.Contracts.Replies;
using SocialSentiment.Replies.Text;

namespace SocialSentiment.Replies;

/// <summary>What a model wrote.</summary>
/// <param name="Text">As it wrote it.</param>
/// <param name="LogLikelihood">By token, as the model has it; none if nobody knows.</param>
/// <param name="IsWhole">Whether it came to an end by itself.</param>
public sealed record DraftCandidate(string Text, double? LogLikelihood = null, bool IsWhole = true);

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
        ArgumentNullException.ThrowIfNull(situation);
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(sentiment);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var kind = PostKinds.Of(situation);
        var refused = new List<RefusedDraft>();
        var written = new List<(string Text, int? Candidate)>();
        for (var i = 0; i < candidates.Count; i++)
        {
            if (Judge(kind, situation, candidates[i], out var text) is { } refusal)
            {
                refused.Add(new RefusedDraft(i, refusal));
            }
            else
            {
                written.Add((text, i));
            }
        }

        var models = written.Count;
        written.AddRange(new Draws(seed).Shuffled(Templates.For(situation)).Select(template => (template, (int?)null)));
        var sounds = sentiment([.. written.Select(draft => draft.Text)]);
        var scored = written.Select((draft, i) => new SelectedDraft(
            draft.Text,
            draft.Candidate is null ? ReplySource.Template : ReplySource.Model,
            DraftScore.Of(kind, situation, draft.Text, sounds[i], draft.Candidate is { } candidate ? candidates[candidate].LogLikelihood : null),
            draft.Candidate)).ToArray();
        var best = scored[..models].OrderByDescending(draft => draft.Score).ThenBy(draft => draft.Candidate).ToArray();
        var drafts = new List<SelectedDraft>();

        // What is good enough, then what is sure, then what is left.
        foreach (var draft in best.Where(draft => draft.Score >= Floor).Concat(scored[models..]).Concat(best.Where(draft => draft.Score < Floor)))
        {
            var isDuplicate = drafts.Exists(other => DraftSimilarity.AreNearDuplicates(other.Text, draft.Text));
            if (!isDuplicate && drafts.Count < count)
            {
                drafts.Add(draft);
            }
            else if (draft.Candidate is { } candidate && (isDuplicate || draft.Score < Floor))
            {
                refused.Add(new RefusedDraft(candidate, isDuplicate
                    ? new DraftRefusal(DraftFault.Duplicate, "another one says the same")
                    : new DraftRefusal(DraftFault.Weak, "the templates are better")));
            }
        }

        return new DraftSelection(drafts, [.. refused.OrderBy(draft => draft.Candidate)]);
    }

    private static DraftRefusal? Judge(PostKind kind, ReplySituation situation, DraftCandidate candidate, out string text)
    {
        text = "";
        if (kind == PostKind.Crisis)
        {
            return new DraftRefusal(DraftFault.Crisis, "a person wrote the answers to such posts");
        }

        if (DraftCleaner.Clean(candidate.Text, candidate.IsWhole) is not { } clean)
        {
            return new DraftRefusal(DraftFault.Empty, "nothing useful was left of it");
        }

        text = clean;
        return DraftSafety.Check(clean, situation.Text)
            ?? DraftTone.Check(kind, situation, clean)
            ?? WrongLanguage(kind, situation.Text, clean)
            ?? Copied(situation, clean);
    }

    private static DraftRefusal? WrongLanguage(PostKind kind, string post, string draft)
    {
        var wanted = kind == PostKind.Foreign ? Languages.Of(post) : Languages.English;
        return Languages.Of(draft) == wanted ? null : new DraftRefusal(DraftFault.Language, "it is in another language than the post");
    }

    private static DraftRefusal? Copied(ReplySituation situation, string draft) =>
        DraftSimilarity.IsCopy(draft, situation.Text) ? new DraftRefusal(DraftFault.Copy, "it says the post over again")
        : ReplyPrompt.Examples(situation).Any(example => DraftSimilarity.AreNearDuplicates(example.Reply, draft) || DraftSimilarity.IsCopy(draft, example.Post))
            ? new DraftRefusal(DraftFault.Copy, "it repeats an example")
        : null;
}
