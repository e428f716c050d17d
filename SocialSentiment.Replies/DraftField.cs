using SocialSentiment.Contracts.Replies;
using SocialSentiment.Replies.Text;

namespace SocialSentiment.Replies;

/// <summary>All drafts that may be shown: those of a model that nothing speaks against, and the templates. What they sound like is still to be said.</summary>
public sealed class DraftField
{
    private readonly PostKind _kind;
    private readonly ReplySituation _situation;
    private readonly IReadOnlyList<DraftCandidate> _candidates;
    private readonly List<RefusedDraft> _refused;
    private readonly List<(string Text, int? Candidate)> _written;
    private readonly int _models;

    private DraftField(PostKind kind, ReplySituation situation, IReadOnlyList<DraftCandidate> candidates, List<RefusedDraft> refused, List<(string Text, int? Candidate)> written, int models)
    {
        (_kind, _situation, _candidates, _refused, _written, _models) = (kind, situation, candidates, refused, written, models);
        Texts = [.. written.Select(draft => draft.Text)];
    }

    /// <summary>What they say.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <param name="situation">What is replied to, and how.</param>
    /// <param name="candidates">What a model wrote; none is an answer too.</param>
    /// <param name="seed">The same seed takes the same templates.</param>
    public static DraftField Gather(ReplySituation situation, IReadOnlyList<DraftCandidate> candidates, long seed)
    {
        ArgumentNullException.ThrowIfNull(situation);
        ArgumentNullException.ThrowIfNull(candidates);
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
        return new DraftField(kind, situation, candidates, refused, written, models);
    }

    /// <summary>The best of them that are different from each other.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="sounds">How each of <see cref="Texts"/> sounds.</param>
    public DraftSelection Select(int count, IReadOnlyList<(double Negative, double Neutral, double Positive)> sounds)
    {
        ArgumentNullException.ThrowIfNull(sounds);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        List<RefusedDraft> refused = [.. _refused];
        var scored = _written.Select((draft, i) => new SelectedDraft(
            draft.Text,
            draft.Candidate is null ? ReplySource.Template : ReplySource.Model,
            DraftScore.Of(_kind, _situation, draft.Text, sounds[i], draft.Candidate is { } candidate ? _candidates[candidate].LogLikelihood : null),
            draft.Candidate)).ToArray();
        var best = scored[.._models].OrderByDescending(draft => draft.Score).ThenBy(draft => draft.Candidate).ToArray();
        var drafts = new List<SelectedDraft>();

        // A network that was taught one lesson says one thing in several ways: the last place is somebody else's.
        var mostTaught = Math.Max(1, count - 1);

        // What is good enough, then what is sure, then what is left.
        foreach (var draft in best.Where(draft => draft.Score >= DraftSelection.Floor).Concat(scored[_models..]).Concat(best.Where(draft => draft.Score < DraftSelection.Floor)))
        {
            var isDuplicate = drafts.Exists(other => DraftSimilarity.AreNearDuplicates(other.Text, draft.Text));
            var isOneTooMany = drafts.Count == count || (drafts.Count >= mostTaught && draft.Candidate is { } taught && _candidates[taught].IsTaught);
            if (!isDuplicate && !isOneTooMany)
            {
                drafts.Add(draft);
            }
            else if (draft.Candidate is { } candidate && (isDuplicate || draft.Score < DraftSelection.Floor))
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
            ?? (candidate.IsTaught ? MadeUp(clean, situation.Text) ?? Unfinished(clean) : null)
            ?? Copied(situation, clean);
    }

    internal static DraftRefusal? MadeUp(string draft, string post) =>
        TaughtWords.MadeUp(draft, post) is { } word ? new DraftRefusal(DraftFault.InventedFact, $"neither the post nor what its model was taught speaks of \"{word}\"") : null;

    private static DraftRefusal? Unfinished(string draft) =>
        TaughtWords.NamesNothing(draft) ? new DraftRefusal(DraftFault.Empty, "it ends before it names anything") : null;

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
