using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Replies;
using static SocialSentiment.Replies.Tests.DraftSafetyTests;

namespace SocialSentiment.Replies.Tests;

/// <summary>What people see of a draft while it is written.</summary>
public sealed class DraftPreviewTests
{
    private static readonly ReplySituation s_angry = new("The train was late again and nobody told us why", SentimentLabel.Negative, ReplyTone.Friendly);

    [Theory]
    [InlineData("", "")]
    [InlineData(" \"", "")]
    [InlineData("Reply: \"sorry", "")]
    [InlineData(" sorry about", "Sorry")]
    [InlineData(" sorry about ", "Sorry about")]
    [InlineData(" Sorry about the train.\nPost: ", "Sorry about the train.")]
    public void Whole_words_of_the_draft_alone(string raw, string shown) => Assert.Equal(new DraftPreview(shown, null), DraftPreview.Of(s_angry, raw));

    [Theory]
    [InlineData("Sorry, that train is fuvg indeed", "fuvg", DraftFault.Profanity)]
    [InlineData("Sorry, that f h p x f indeed", "f", DraftFault.Profanity)]
    [InlineData("Sorry about that, so great to hear", "", DraftFault.OffTone)]
    [InlineData("Sorry about that, have a refund on us", "", DraftFault.Promise)]
    [InlineData("Sorry, see www.example.org for that", "", DraftFault.Link)]
    [InlineData("Sorry, mail us at jane@example.org for that", "", DraftFault.PersonalData)]
    [InlineData("Sorry, it cost us 50 pounds to hear that", "", DraftFault.InventedFact)]
    public void It_is_withdrawn_before_the_bad_word_is_seen(string text, string turned, DraftFault fault)
    {
        var raw = turned.Length == 0 ? text
            : turned == "f" ? text.Replace("f h p x f", "s u c k s".Replace("s u c k s", Turned("f u v g f"), StringComparison.Ordinal), StringComparison.Ordinal)
            : text.Replace(turned, Turned(turned), StringComparison.Ordinal);
        var last = new DraftPreview("", null);
        for (var length = 0; length <= raw.Length && last.Refusal is null; length++)
        {
            last = DraftPreview.Of(s_angry, raw[..length]);
            Assert.DoesNotContain(last.Text.Split(' '), word => word is "great" or "refund" or "50" or "www.example.org" or "jane@example.org" || word == Turned("fuvg") || word == "h");
        }

        Assert.Equal(fault, last.Refusal?.Fault);
        Assert.Equal("", last.Text);
    }

    [Fact]
    public void A_decent_draft_grows_word_by_word()
    {
        const string Raw = " Sorry that the train left you waiting. Which station was it? ";
        var seen = new List<string>();
        for (var length = 0; length <= Raw.Length; length++)
        {
            var preview = DraftPreview.Of(s_angry, Raw[..length]);
            Assert.Null(preview.Refusal);
            if (seen.Count == 0 || seen[^1] != preview.Text)
            {
                Assert.True(seen.Count == 0 || preview.Text.StartsWith(seen[^1], StringComparison.Ordinal));
                seen.Add(preview.Text);
            }
        }

        Assert.Equal(12, seen.Count);
        Assert.Equal(Raw.Trim(), seen[^1]);
    }

    [Fact]
    public void Nobody_in_danger_sees_a_machine_write() =>
        Assert.Equal(DraftFault.Crisis, DraftPreview.Of(new ReplySituation("I want to kill myself", SentimentLabel.Negative, ReplyTone.Friendly), "Sorry to").Refusal?.Fault);

    [Fact]
    public void Nothing_throws_or_takes_time()
    {
        foreach (var text in RandomTexts.Some(1500))
        {
            var preview = DraftPreview.Of(s_angry, text);
            Assert.True(preview.Refusal is null || preview.Text.Length == 0);
        }

        foreach (var text in RandomTexts.Long())
        {
            DraftPreview.Of(s_angry, text);
            Assert.True(TakesLess(10, () => DraftPreview.Of(s_angry, text)), text[..20]);
        }
    }
}
