using SocialSentiment.Contracts.Replies;
using SocialSentiment.Evaluation.Replies;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.Replies;

namespace SocialSentiment.Evaluation.Tests.Replies;

/// <summary>What people see when no model writes: rules that the templates were not written by find nothing wrong with them.</summary>
public sealed class TemplateDraftsTests
{
    private static readonly IReadOnlyList<ReplyPost> s_posts = ReplyPost.Read(Repository.ReplyPosts);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_post_gets_three_drafts_and_nothing_is_wrong_with_them()
    {
        await using var worker = await WorkerModels.OpenAsync(downloads: null, Token);
        var orders = await new ReplyEvaluator(worker, s_posts).AskAsync(Templates.Key, Token);

        AssertNone(orders.SelectMany(order => order.Problems()));
        var shown = ReplyEvaluator.Count(Templates.Key, orders).Shown;
        Assert.Equal((s_posts.Count, 3 * s_posts.Count, 0), (shown.FullOrders, shown.Drafts, shown.FromModel));
        Assert.Equal((0, 0, 0, 0, 0), (shown.Empty, shown.Duplicates, shown.Unsafe, shown.OffTone, shown.MadeUp));
    }

    /// <summary>Another seed takes others.</summary>
    [Fact]
    public void Nothing_is_wrong_with_any_template_that_could_be_taken()
        => AssertNone(
            from post in s_posts
            from tone in Enum.GetValues<ReplyTone>()
            from draft in Templates.For(new ReplySituation(post.Text, post.Label, tone))
            where DraftChecks.IsEmpty(draft) || DraftChecks.IsOffTone(post.Label, draft) || DraftChecks.Unsafe(post, draft).Count > 0 || DraftChecks.MadeUp(post, draft).Any()
            select $"{post.Label} {tone} \"{draft}\" for: {post.Text}");

    /// <summary>The worker answers with templates then, which must not be taken for what the model writes.</summary>
    [Theory]
    [InlineData("distilgpt2")]
    [InlineData("vader")]
    [InlineData("nobody")]
    public async Task A_model_that_cannot_write_here_is_not_evaluated(string key)
    {
        var downloads = Directory.CreateTempSubdirectory();
        try
        {
            await using var worker = await WorkerModels.OpenAsync(downloads.FullName, Token);
            var error = await Assert.ThrowsAsync<ModelException>(() => new ReplyEvaluator(worker, s_posts).AskAsync(key, Token));
            Assert.StartsWith($"{key} could not write", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(key, worker.PresentWriters());
        }
        finally
        {
            downloads.Delete(recursive: true);
        }
    }

    private static void AssertNone(IEnumerable<string> problems)
    {
        string[] all = [.. problems.Distinct()];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }
}
