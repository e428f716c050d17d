using SocialSentiment.Contracts.Posts;
using SocialSentiment.Faults.Workload;

namespace SocialSentiment.Faults.Checking;

/// <summary>Compares what was promised to the clients with what is there.</summary>
internal static class Checker
{
    public static Verdict Check(History history, Readback readback)
    {
        List<Finding> findings = [.. history.Unexpected.Select(what => new Finding(Broken.Answer, what))];
        var sent = history.Posts.ToDictionary(post => post.Marker);
        var there = readback.Posts.ToLookup(post => MarkerOf(post.Text));

        CheckNothingLost(history, readback, findings);
        CheckNothingFabricated(sent, readback, there, findings);
        foreach (var post in readback.Posts)
        {
            CheckState(post, sent.GetValueOrDefault(MarkerOf(post.Text)), readback, findings);
        }

        foreach (var detail in readback.Details)
        {
            CheckAnalyses(detail, findings);
        }

        CheckAccounting(readback, findings);
        if (readback.Feed is not null)
        {
            FeedChecker.Check(history, readback, findings);
        }

        var dead = readback.Posts.Where(post => post.Status == PostStatus.Dead).ToLookup(post => sent.GetValueOrDefault(MarkerOf(post.Text))?.Poisonous ?? false);
        return new Verdict(
            findings,
            readback.Posts.Count(post => post.Status == PostStatus.Labelled),
            dead[true].Count(),
            dead[false].Count(),
            history.Posts.Count(post => post.Deleted));
    }

    /// <summary>The text ends with the marker in brackets.</summary>
    private static string MarkerOf(string text)
    {
        var start = text.LastIndexOf('[') + 1;
        return start > 0 && text.EndsWith(']') ? text[start..^1] : "";
    }

    private static void CheckNothingLost(History history, Readback readback, List<Finding> findings)
    {
        var ids = readback.Posts.Select(post => post.Id).ToHashSet();
        foreach (var post in history.Posts.Where(post => post.Acknowledged))
        {
            if (post.Ids.Count > 1)
            {
                findings.Add(new(Broken.Duplicated, $"{post.Marker} was answered under {post.Ids.Count} ids: {string.Join(", ", post.Ids)}"));
            }

            if (post.Deleted)
            {
                if (ids.Contains(post.Id))
                {
                    findings.Add(new(Broken.Resurfaced, $"{post.Marker} was deleted, and is there"));
                }
            }
            else if (!post.MaybeDeleted && !ids.Contains(post.Id))
            {
                findings.Add(new(Broken.Lost, $"{post.Marker} was acknowledged as {post.Id}, and is not there"));
            }
        }
    }

    private static void CheckNothingFabricated(Dictionary<string, SentPost> sent, Readback readback, ILookup<string, PostResponse> there, List<Finding> findings)
    {
        foreach (var copies in there.Where(copies => copies.Count() > 1))
        {
            findings.Add(new(Broken.Duplicated, $"{copies.Key} is there {copies.Count()} times: {string.Join(", ", copies.Select(copy => copy.Id))}"));
        }

        foreach (var post in readback.Posts)
        {
            if (!sent.TryGetValue(MarkerOf(post.Text), out var known))
            {
                findings.Add(new(Broken.Fabricated, $"nobody sent \"{post.Text}\" ({post.Id})"));
                continue;
            }

            var newest = known.Revision + (known.MaybeEdited ? 1 : 0);
            if (post.Revision < known.Revision)
            {
                findings.Add(new(Broken.Resurfaced, $"{known.Marker} is at revision {post.Revision}, but {known.Revision} was answered"));
            }
            else if (post.Revision > newest || post.Text != known.Texts[post.Revision - 1])
            {
                findings.Add(new(Broken.Fabricated, $"{known.Marker} at revision {post.Revision} reads \"{post.Text}\""));
            }
        }
    }

    private static void CheckState(PostResponse post, SentPost? sent, Readback readback, List<Finding> findings)
    {
        switch (post.Status)
        {
            case PostStatus.Labelled when post.Sentiment is not { Provisional: false, Model.Length: > 0, Confidence: > 0 and <= 1 }:
                findings.Add(new(Broken.Provenance, $"{Name(post)} is labelled with {post.Sentiment?.ToString() ?? "nothing"}"));
                break;
            case PostStatus.Labelled when sent is { Poisonous: true, Revision: 1, MaybeEdited: false }:
                findings.Add(new(Broken.DeadLetters, $"{Name(post)} is poisonous, and has a label"));
                break;
            case PostStatus.Dead:
                // Its text may have died at an earlier revision too; what counts is that it is dead exactly once now.
                var letters = readback.DeadLetters.Count(letter => letter.PostId == post.Id && letter.ReplayedAt is null && letter.Reason.Length > 0);
                if (string.IsNullOrEmpty(post.DeadReason) || letters == 0 || (letters > 1 && post.Revision == 1))
                {
                    findings.Add(new(Broken.DeadLetters, $"{Name(post)} is dead for \"{post.DeadReason}\" with {letters} dead letters"));
                }

                break;
            case PostStatus.Pending:
                findings.Add(new(Broken.Stuck, $"{Name(post)} is still pending"));
                break;
        }
    }

    private static void CheckAnalyses(PostDetailResponse detail, List<Finding> findings)
    {
        var finals = detail.Analyses.Where(analysis => !analysis.Provisional).ToLookup(analysis => analysis.Revision);
        foreach (var several in finals.Where(analyses => analyses.Count() > 1))
        {
            findings.Add(new(Broken.Duplicated, $"{Name(detail.Post)} has {several.Count()} final analyses of revision {several.Key}"));
        }

        if (detail.Post.Status == PostStatus.Labelled && !finals.Contains(detail.Post.Revision))
        {
            findings.Add(new(Broken.Lost, $"{Name(detail.Post)} is labelled, but there is no analysis of revision {detail.Post.Revision}"));
        }

        foreach (var analysis in detail.Analyses)
        {
            var sum = analysis.Probabilities.Negative + analysis.Probabilities.Neutral + analysis.Probabilities.Positive;
            if (analysis.Provenance is not { Model.Length: > 0, Version.Length: > 0, Precision.Length: > 0, Attempt: > 0, Worker.Length: > 0 } || Math.Abs(sum - 1) > 0.01)
            {
                findings.Add(new(Broken.Provenance, $"an analysis of {Name(detail.Post)} says {analysis}"));
            }
        }

        // The label that is shown is the one that was analysed.
        if (detail.Post is { Status: PostStatus.Labelled, Sentiment: { } shown }
            && finals[detail.Post.Revision].FirstOrDefault() is { } final && (shown.Label != final.Label || shown.Model != final.Provenance.Model))
        {
            findings.Add(new(Broken.Provenance, $"{Name(detail.Post)} shows {shown.Label} of {shown.Model}, but {final.Label} of {final.Provenance.Model} was analysed"));
        }
    }

    private static void CheckAccounting(Readback readback, List<Finding> findings)
    {
        var books = readback.Accounting;
        var recount = books.Recount;
        if (!books.Balanced
            || books.Accepted != books.Labelled + books.Pending + books.Dead + books.Deleted
            || recount is null
            || recount.WrongRollups != 0
            || (recount.Labelled, recount.Pending, recount.Provisional, recount.Dead, recount.Deleted) != (books.Labelled, books.Pending, books.Provisional, books.Dead, books.Deleted))
        {
            findings.Add(new(Broken.Accounting, books.ToString()));
        }

        if (books.OutboxSize != 0)
        {
            findings.Add(new(Broken.Stuck, $"{books.OutboxSize} jobs are still in the outbox"));
        }
    }

    private static string Name(PostResponse post) => $"{MarkerOf(post.Text)} ({post.Id}, revision {post.Revision})";
}
