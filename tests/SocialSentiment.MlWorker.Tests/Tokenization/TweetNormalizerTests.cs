using SocialSentiment.MlWorker.Inference.Tokenization;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Tokenization;

public sealed class TweetNormalizerTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("@", "@")]
    [InlineData("@ @", "@ @")]
    [InlineData("hi @ann!", "hi @user")]
    [InlineData("@user http @user", "@user http @user")]
    [InlineData("@ann https://a.b/c?d @bob", "@user http @user")]
    [InlineData("(@ann) me@work.org xhttp", "(@ann) me@work.org xhttp")]
    [InlineData("httpd is a server", "http is a server")]
    [InlineData("HTTP://A.B", "HTTP://A.B")]
    [InlineData(" @ann  http://x ", " @user  http ")]
    [InlineData("see\nhttp://x @ann\tok", "see\nhttp://x @user")]
    public void Tweets_are_written_as_the_models_of_cardiffnlp_saw_them(string text, string expected)
        => Assert.Equal(expected, TweetNormalizer.Normalize(text, TextNormalization.Tweets));

    [Theory]
    [InlineData("", "")]
    [InlineData("hi @ann!", "hi @user!")]
    [InlineData("@user1 @user @users @user_ @User", "@user @user @user @user @user")]
    [InlineData("(@ann) me@work.org", "(@user) me@work.org")]
    [InlineData("email me at foo@bar.com www.example.com", "email me at foo@bar.com http")]
    [InlineData("RT @bbc: fire HTTPS://t.co/abc, xhttp://y", "RT @user: fire http xhttp")]
    [InlineData("httpd  is\t a\nserver\u3000 ", "httpd is a server")]
    [InlineData("a\u001Cb", "a b")]
    [InlineData("Tom &amp; Jerry &lt;3", "Tom & Jerry <3")]
    public void The_embedded_model_has_its_own_way(string text, string expected)
        => Assert.Equal(expected, TweetNormalizer.Normalize(text, TextNormalization.Compact));

    [Fact]
    public void A_text_that_needs_nothing_stays_the_same_object_and_costs_no_memory()
    {
        const string Text = "@user said it is fine, see http and me@work";
        foreach (var normalization in Enum.GetValues<TextNormalization>())
        {
            Assert.Same(Text, TweetNormalizer.Normalize(Text, normalization));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        TweetNormalizer.Normalize(Text, TextNormalization.Tweets);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Halves_of_characters_are_replaced()
    {
        Assert.Equal("\uFFFD", WellFormed.Of("\uD83D"));
        Assert.Equal("\uFFFDx\uFFFD", WellFormed.Of("\uDE00x\uD83D"));
        Assert.Equal("😀\uFFFD😀", WellFormed.Of("😀\uD83D\uD83D\uDE00"));
        Assert.Equal("\uFFFD\uFFFD 😀", WellFormed.Of("\uDE00\uD83D 😀"));

        const string Whole = "fine 😀 𝓯𝓲𝓷𝓮";
        Assert.Same(Whole, WellFormed.Of(Whole));
    }
}
