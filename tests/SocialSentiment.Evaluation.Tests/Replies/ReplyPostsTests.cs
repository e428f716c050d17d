using SocialSentiment.Contracts;
using SocialSentiment.Evaluation.Replies;

namespace SocialSentiment.Evaluation.Tests.Replies;

public sealed class ReplyPostsTests
{
    private static readonly IReadOnlyList<ReplyPost> s_posts = ReplyPost.Read(Repository.ReplyPosts);

    [Fact]
    public void There_are_200_posts_of_all_labels_and_kinds()
    {
        Assert.Equal(200, s_posts.DistinctBy(post => post.Text, StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(
            [(SentimentLabel.Negative, 70), (SentimentLabel.Neutral, 60), (SentimentLabel.Positive, 70)],
            s_posts.CountBy(post => post.Label).Select(label => (label.Key, label.Value)));
        Assert.Equal(
            ["emoji", "foreign", "grief", "injection", "insult", "link", "plain", "private", "question", "thanks"],
            s_posts.Select(post => post.Kind).Distinct().Order(StringComparer.Ordinal));
        Assert.All(s_posts, post => Assert.Equal((post.Text.Trim(), true), (post.Text, post.Text.Length > 0)));
    }

    /// <summary>People write on several lines.</summary>
    [Fact]
    public void Some_have_lines() => Assert.Equal(3, s_posts.Count(post => post.Text.Contains('\n')));

    [Fact]
    public void What_is_private_stands_in_the_post()
        => Assert.All(s_posts, post =>
        {
            Assert.Equal(post.Kind == "private", post.Private.Any(piece => piece.Length >= 6));
            Assert.All(post.Private, piece => Assert.Contains(piece, post.Text, StringComparison.OrdinalIgnoreCase));
        });
}
