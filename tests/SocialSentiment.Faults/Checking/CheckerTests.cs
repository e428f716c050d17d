using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Accounting;
using SocialSentiment.Contracts.DeadLetters;
using SocialSentiment.Contracts.Events;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Faults.Workload;

namespace SocialSentiment.Faults.Checking;

/// <summary>The checker must be able to find what it looks for: each test doctors one thing in a history that was sound.</summary>
public sealed class CheckerTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UnixEpoch;

    private readonly History _history = new("doctored");
    private readonly List<PostResponse> _posts = [];
    private readonly List<PostDetailResponse> _details = [];
    private readonly List<DeadLetterResponse> _letters = [];
    private readonly List<FeedEvent> _feed = [];
    private AccountingResponse _accounting = null!;

    public CheckerTests()
    {
        // Three labelled posts, the second of them edited; one deleted, one dead.
        for (var i = 0; i < 3; i++)
        {
            var sent = Send();
            Happen(PostEventKind.Created, sent, 1);
            Happen(PostEventKind.Provisional, sent, 1);
            Happen(PostEventKind.Labelled, sent, 1);
        }

        var edited = Sent(1);
        edited.Editing($"better [{edited.Marker}]");
        edited.Edited();
        Happen(PostEventKind.Edited, edited, 2);
        Happen(PostEventKind.Labelled, edited, 2);

        var deleted = Send();
        deleted.Deleted = true;
        Happen(PostEventKind.Created, deleted, 1);
        Happen(PostEventKind.Deleted, deleted, 1);

        var dead = Send(poisonous: true);
        Happen(PostEventKind.Created, dead, 1);
        Happen(PostEventKind.Dead, dead, 1);

        foreach (var sent in _history.Posts.Take(3))
        {
            _posts.Add(Labelled(sent));
            _details.Add(new PostDetailResponse(_posts[^1], [.. Enumerable.Range(1, sent.Revision).Select(Analysis)], []));
        }

        _posts.Add(Labelled(dead) with { Status = PostStatus.Dead, Sentiment = null, DeadReason = "rejected" });
        _letters.Add(new DeadLetterResponse(Guid.NewGuid(), "analyze", "rejected", "poison", 3, dead.Id, "{}", s_now, null));
        _accounting = new AccountingResponse(true, 5, 3, 0, 0, 1, 1, 0, null, new AccountingRecount(3, 0, 0, 1, 1, 0));
    }

    [Fact]
    public void A_sound_history_is_sound()
    {
        var verdict = Judge();
        Assert.Empty(verdict.Findings);
        Assert.Equal((3, 1, 0, 1), (verdict.Labelled, verdict.Dead, verdict.Sacrificed, verdict.Deleted));
    }

    [Fact]
    public void What_nobody_can_know_is_no_finding()
    {
        // Sent, never answered, and not there; edited and deleted in doubt.
        _history.Begin("unknown");
        Sent(0).Editing("in doubt");
        Sent(2).MaybeDeleted = true;
        Assert.Empty(Judge().Findings);
    }

    [Fact]
    public void An_acknowledged_post_that_is_gone_is_lost()
    {
        Forget(0);
        Finds(Broken.Lost, "doctored/1");
    }

    [Fact]
    public void An_acknowledged_post_that_never_was_is_lost()
    {
        Send();
        Finds(Broken.Lost, "doctored/6");
    }

    [Fact]
    public void A_post_that_is_there_twice_is_duplicated()
    {
        _posts.Add(_posts[0] with { Id = Guid.NewGuid() });
        Finds(Broken.Duplicated, "doctored/1 is there 2 times");
    }

    [Fact]
    public void One_key_answered_under_two_ids_is_duplicated()
    {
        Sent(0).Answered(Guid.NewGuid());
        Finds(Broken.Duplicated, "answered under 2 ids");
    }

    [Fact]
    public void Two_final_analyses_of_one_revision_are_duplicated()
    {
        _details[0] = _details[0] with { Analyses = [Analysis(1), Analysis(1)] };
        Finds(Broken.Duplicated, "2 final analyses of revision 1");
    }

    [Fact]
    public void A_label_without_an_analysis_is_lost()
    {
        _details[1] = _details[1] with { Analyses = [Analysis(1)] };
        Finds(Broken.Lost, "no analysis of revision 2");
    }

    [Theory]
    [InlineData("out of thin air")]
    [InlineData("out of thin air [doctored/99]")]
    public void A_post_that_nobody_sent_is_fabricated(string text)
    {
        _posts.Add(_posts[0] with { Id = Guid.NewGuid(), Text = text });
        Finds(Broken.Fabricated, "nobody sent");
    }

    [Fact]
    public void A_text_that_nobody_sent_so_is_fabricated()
    {
        _posts[0] = _posts[0] with { Text = "other words [doctored/1]" };
        Finds(Broken.Fabricated, "other words");
    }

    [Fact]
    public void A_post_that_is_still_pending_is_stuck()
    {
        _posts[0] = _posts[0] with { Status = PostStatus.Pending, Sentiment = null };
        Finds(Broken.Stuck, "doctored/1");
    }

    [Fact]
    public void A_job_that_is_still_in_the_outbox_is_stuck()
    {
        _accounting = _accounting with { OutboxSize = 2 };
        Finds(Broken.Stuck, "2 jobs");
    }

    [Fact]
    public void A_deleted_post_that_is_there_has_resurfaced()
    {
        _posts.Add(Labelled(Sent(3)));
        Finds(Broken.Resurfaced, "doctored/4 was deleted");
    }

    [Fact]
    public void An_edit_that_is_undone_has_resurfaced()
    {
        _posts[1] = _posts[1] with { Revision = 1, Text = Sent(1).Texts[0] };
        Finds(Broken.Resurfaced, "doctored/2 is at revision 1");
    }

    [Fact]
    public void A_final_label_may_not_be_provisional()
    {
        _posts[0] = _posts[0] with { Sentiment = _posts[0].Sentiment! with { Provisional = true } };
        Finds(Broken.Provenance, "doctored/1");
    }

    [Fact]
    public void A_label_says_who_made_it()
    {
        _details[0] = _details[0] with { Analyses = [Analysis(1) with { Provenance = Analysis(1).Provenance with { Version = "" } }] };
        Finds(Broken.Provenance, "doctored/1");
    }

    [Fact]
    public void The_shown_label_is_the_analysed_one()
    {
        _posts[0] = _posts[0] with { Sentiment = _posts[0].Sentiment! with { Label = SentimentLabel.Negative } };
        _details[0] = _details[0] with { Post = _posts[0] };
        Finds(Broken.Provenance, "shows Negative");
    }

    [Fact]
    public void Probabilities_that_do_not_add_up_are_found()
    {
        _details[0] = _details[0] with { Analyses = [Analysis(1) with { Probabilities = new LabelProbabilities(double.NaN, 0, 1) }] };
        _details[2] = _details[2] with { Analyses = [Analysis(1) with { Probabilities = new LabelProbabilities(0.5, 0.5, 0.5) }] };
        Finds(Broken.Provenance, "doctored/3");
    }

    [Fact]
    public void A_dead_post_has_a_dead_letter()
    {
        _letters.Clear();
        Finds(Broken.DeadLetters, "with 0 dead letters");
    }

    [Fact]
    public void A_dead_post_has_one_dead_letter()
    {
        _letters.Add(_letters[0] with { Id = Guid.NewGuid() });
        Finds(Broken.DeadLetters, "with 2 dead letters");
    }

    [Fact]
    public void A_poisonous_post_has_no_label()
    {
        var dead = Sent(4);
        _posts[3] = Labelled(dead);
        Happen(PostEventKind.Replayed, dead, 1);
        Happen(PostEventKind.Labelled, dead, 1);
        Finds(Broken.DeadLetters, "poisonous, and has a label");
    }

    [Fact]
    public void Books_that_do_not_balance_are_found()
    {
        _accounting = _accounting with { Accepted = 6 };
        Finds(Broken.Accounting, "Accepted = 6");
    }

    [Fact]
    public void Books_that_a_recount_contradicts_are_found()
    {
        _accounting = _accounting with { Recount = _accounting.Recount! with { Labelled = 2 } };
        Finds(Broken.Accounting, "");
    }

    [Fact]
    public void A_wrong_rollup_is_found()
    {
        _accounting = _accounting with { Recount = _accounting.Recount! with { WrongRollups = 1 } };
        Finds(Broken.Accounting, "WrongRollups = 1");
    }

    [Fact]
    public void A_gap_in_the_feed_is_found()
    {
        _feed.RemoveAll(happened => happened.PostId == Sent(0).Id && happened.Kind == PostEventKind.Labelled);
        Finds(Broken.Feed, "leaves it Provisional");
    }

    [Fact]
    public void An_unannounced_deletion_is_found()
    {
        _feed.RemoveAll(happened => happened.Kind == PostEventKind.Deleted);
        Finds(Broken.Feed, "but it is Deleted");
    }

    [Fact]
    public void A_missing_beginning_is_found()
    {
        _feed.RemoveAt(0);
        Finds(Broken.Feed, "was Unknown");
    }

    [Fact]
    public void A_label_that_is_announced_twice_is_found()
    {
        Happen(PostEventKind.Labelled, Sent(0), 1);
        Finds(Broken.Feed, "was Labelled at revision 1");
    }

    [Fact]
    public void The_label_of_an_old_revision_is_found()
    {
        var edit = _feed.FindIndex(happened => happened.Kind == PostEventKind.Edited);
        _feed.Insert(edit + 1, new FeedEvent(_feed[edit].Id, PostEventKind.Labelled, Sent(1).Id, 1, "doctored"));
        Finds(Broken.Feed, "was Pending at revision 2");
    }

    [Fact]
    public void An_event_after_the_deletion_is_found()
    {
        Happen(PostEventKind.Labelled, Sent(3), 1);
        Finds(Broken.Feed, "was Deleted");
    }

    [Fact]
    public void A_feed_that_steps_back_is_found()
    {
        (_feed[0], _feed[3]) = (_feed[3], _feed[0]);
        Finds(Broken.Feed, "came after");
    }

    [Fact]
    public void A_feed_that_repeats_an_event_is_found()
    {
        _feed.Insert(1, _feed[0]);
        Finds(Broken.Feed, "event 1 came after 1");
    }

    [Fact]
    public void A_listener_that_lost_its_place_is_found()
        => Assert.Contains(Judge(resets: 1).Findings, finding => finding.Kind == Broken.Feed);

    [Fact]
    public void An_event_about_a_stranger_is_fabricated()
    {
        _feed.Add(new FeedEvent(1_000, PostEventKind.Created, Guid.NewGuid(), 1, "doctored"));
        Finds(Broken.Fabricated, "which nobody knows");
    }

    [Fact]
    public void Other_peoples_posts_are_none_of_our_business()
    {
        _feed.Add(new FeedEvent(1_000, PostEventKind.Created, Guid.NewGuid(), 1, "elsewhere"));
        Assert.Empty(Judge().Findings);
    }

    [Fact]
    public void An_answer_that_no_fault_explains_is_found()
    {
        _history.Unexplained("POST /posts: 418");
        Finds(Broken.Answer, "418");
    }

    private SentPost Sent(int index) => _history.Posts.ElementAt(index);

    private SentPost Send(bool poisonous = false)
    {
        var sent = _history.Begin("words", poisonous);
        sent.Answered(Guid.NewGuid());
        return sent;
    }

    private void Happen(PostEventKind kind, SentPost sent, int revision)
        => _feed.Add(new FeedEvent(_feed.Count == 0 ? 1 : _feed[^1].Id + 1, kind, sent.Id, revision, kind == PostEventKind.Deleted ? null : "doctored"));

    private void Forget(int index)
    {
        _posts.RemoveAt(index);
        _details.RemoveAt(index);
    }

    private static PostResponse Labelled(SentPost sent) => new(
        sent.Id, sent.Revision, PostStatus.Labelled, sent.Texts[^1], null, "doctored", null, null, s_now, s_now, null,
        new PostSentiment(SentimentLabel.Positive, 0.9, false, "vader", s_now));

    private static PostAnalysis Analysis(int revision) => new(
        revision, SentimentLabel.Positive, 0.9, new LabelProbabilities(0.05, 0.05, 0.9), false, new Provenance("vader", "1", "rules", 1, "worker", null, 0.1, s_now));

    private Verdict Judge(int resets = 0) => Checker.Check(_history, new Readback(_posts, _details, _accounting, _letters, _feed, resets));

    private void Finds(Broken kind, string words)
        => Assert.Contains(Judge().Findings, finding => finding.Kind == kind && finding.What.Contains(words, StringComparison.Ordinal));
}
