using SocialSentiment.Evaluation.Replies;
using SocialSentiment.Evaluation.Reports;
using SocialSentiment.Replies;

namespace SocialSentiment.Evaluation.Tests.Replies;

/// <summary>
/// The gate for drafts. Nobody can change the model that writes them, the templates or the rules without evaluating, nor ship
/// what writes worse. What fails here because of a change is made anew with <c>tests/evaluate-replies --write</c>.
/// </summary>
public sealed class ShippedRepliesTests
{
    /// <summary>Two of three may be; with fewer of its own the model is not worth its memory.</summary>
    private const double LeastFromModel = 0.4;

    /// <summary>Of the drafts that are shown. The library compares letters and the check words: about a few pairs they disagree.</summary>
    private const double MostDuplicates = 0.005;
    private const double MostOffTone = 0.02;

    /// <summary>More of them, and people take the writer for a babbler.</summary>
    private const double MostMadeUp = 0.02;

    /// <summary>For 30 posts, and for processors that differ in the last places of a number: then other words are drawn.</summary>
    private const double Margin = 0.05;

    private static readonly RepliesRecord s_record = RepliesRecord.Read(Repository.RepliesRecord);
    private static readonly IReadOnlyList<ReplyPost> s_posts = ReplyPost.Read(Repository.ReplyPosts);

    private static WriterRecord Shipped => s_record.Writer(ReplyEvaluator.Shipped);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_record_belongs_to_the_files_that_are_shipped()
    {
        Assert.Equal(ReplyEvaluator.Files(), s_record.Files);
        Assert.Equal(LabelledTexts.Sha256(Repository.ReplyPosts), s_record.Posts);
        Assert.All(s_record.Writers, writer => Assert.Equal(s_posts.Count, writer.Orders));
    }

    [Fact]
    public void The_card_and_the_guide_say_what_came_out()
    {
        Assert.Equal(RepliesReport.OfShipped(s_record), MarkedText.Read(File.ReadAllText(Repository.WriterCard), MarkedText.Replies));
        Assert.Equal(RepliesReport.OfAll(s_record), MarkedText.Read(File.ReadAllText(Repository.ModelsGuide), MarkedText.Replies));
    }

    [Fact]
    public void The_model_that_is_shipped_writes_well_enough()
    {
        var shown = Shipped.Shown;
        Assert.Equal((s_posts.Count, 0, 0), (shown.FullOrders, shown.Empty, shown.Unsafe));
        Assert.InRange(Share(shown.FromModel, shown), LeastFromModel, 1);
        Assert.InRange(Share(shown.Duplicates, shown), 0, MostDuplicates);
        Assert.InRange(Share(shown.OffTone, shown), 0, MostOffTone);
        Assert.InRange(Share(shown.MadeUp, shown), 0, MostMadeUp);
    }

    [Fact]
    public async Task The_templates_are_those_that_were_evaluated()
    {
        await using var worker = await WorkerModels.OpenAsync(downloads: null, Token);
        var now = ReplyEvaluator.Count(Templates.Key, await new ReplyEvaluator(worker, s_posts).AskAsync(Templates.Key, Token)).Shown;
        var then = s_record.Writer(Templates.Key).Shown;
        Assert.Equal((then.Drafts, then.Distinct, then.MeanLength), (now.Drafts, now.Distinct, now.MeanLength));
    }

    [Fact]
    public async Task The_model_still_writes_as_the_record_says()
    {
        await using var worker = await WorkerModels.OpenAsync(downloads: null, Token);
        var some = Enumerable.Range(0, 30).Select(i => i * s_posts.Count / 30);
        var orders = await new ReplyEvaluator(worker, s_posts).AskAsync(ReplyEvaluator.Shipped, Token, some);

        var (now, then) = (ReplyEvaluator.Count(ReplyEvaluator.Shipped, orders).Shown, Shipped.Shown);
        var problems = string.Join('\n', orders.SelectMany(order => order.Problems()));
        Assert.True((now.Empty, now.Unsafe) == (0, 0) && now.Duplicates <= 1, problems);
        Assert.True(Share(now.OffTone, now) <= Share(then.OffTone, then) + Margin, problems);
        Assert.True(Share(now.MadeUp, now) <= Share(then.MadeUp, then) + Margin, problems);
        Assert.True(Share(now.FromModel, now) >= Share(then.FromModel, then) - (3 * Margin), $"Only {now.FromModel} of {now.Drafts} drafts are the model's.");
        Assert.Equal(orders.Count, now.FullOrders);
    }

    private static double Share(int drafts, ShownCounts shown) => (double)drafts / shown.Drafts;
}
