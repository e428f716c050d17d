using SocialSentiment.Contracts.Replies;
using SocialSentiment.MlWorker.Replies;

namespace SocialSentiment.Evaluation.Replies;

/// <summary>What came of one order.</summary>
/// <param name="Post">What was replied to.</param>
/// <param name="Wanted">How many drafts.</param>
/// <param name="Outcome">What the worker made of it.</param>
/// <param name="Took">How long that took.</param>
internal sealed record WrittenOrder(ReplyPost Post, int Wanted, WrittenDrafts Outcome, TimeSpan Took)
{
    public IEnumerable<string> Texts => Outcome.Drafts.Select(draft => draft.Text);

    /// <summary>Drafts that say what an earlier one says.</summary>
    public IEnumerable<string> Duplicates()
        => Texts.Where((draft, i) => Texts.Take(i).Any(other => DraftChecks.AreDuplicates(other, draft)));

    /// <summary>What is wrong with the drafts that are shown, for people.</summary>
    public IEnumerable<string> Problems()
        => [
            .. Texts.Where(DraftChecks.IsEmpty).Select(_ => "empty: a draft without a word"),
            .. Duplicates().Select(draft => $"twice: {draft}"),
            .. Texts.SelectMany(draft => DraftChecks.Unsafe(Post, draft).Select(kind => $"unsafe ({kind}): {draft}")),
            .. Texts.Where(IsOffTone).Select(draft => $"off tone: {draft}"),
            .. Texts.SelectMany(draft => DraftChecks.MadeUp(Post, draft).Select(word => $"made up ({word}): {draft}")),
        ];

    public bool IsOffTone(string draft) => DraftChecks.IsOffTone(Post.Label, draft);

    public int FromModel => Outcome.Drafts.Count(draft => draft.Source == ReplySource.Model);
}
