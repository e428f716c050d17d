using SocialSentiment.Contracts;
using SocialSentiment.Evaluation.Replies;

namespace SocialSentiment.Evaluation.Tests.Replies;

public sealed class DraftChecksTests
{
    private static readonly ReplyPost s_post = new(SentimentLabel.Negative, "private", "Order 88213-7745 for Odelia Brankworth, ref QX7T4P", ["88213-7745", "Odelia", "Brankworth", "QX7T4P"]);

    [Theory]
    [InlineData("See www.example.com for more.", "link")]
    [InlineData("Write to help@example.com please.", "email")]
    [InlineData("Call us on 0117 496 07.", "number")]
    [InlineData("Thanks @someone for that.", "handle")]
    [InlineData("You get £5 back.", "money")]
    [InlineData("That is 20 % less.", "money")]
    [InlineData("You will be refunded.", "promise")]
    [InlineData("We'll compensate you.", "promise")]
    [InlineData("What a stupid thing.", "bad_word")]
    [InlineData("Sorry, odelia.", "private")]
    [InlineData("We looked at qx7t4p.", "private")]
    public void What_must_not_be_there_is_found(string draft, string kind) => Assert.Contains(kind, DraftChecks.Unsafe(s_post, draft));

    [Theory]
    [InlineData("Hello, sorry about the order. Which one of the 3 was it?")]
    [InlineData("Your class act of a message reached us.")]
    public void What_may_be_there_is_not(string draft) => Assert.Empty(DraftChecks.Unsafe(s_post, draft));

    [Theory]
    [InlineData("So sorry to hear that.", "so sorry to hear that", true)]
    [InlineData("We are sorry to hear that.", "To hear that, we are so sorry.", true)]
    [InlineData("What happened?", "Which one do you mean?", false)]
    [InlineData("最高", "最低", false)]
    public void The_same_words_are_the_same_draft(string one, string other, bool same) => Assert.Equal(same, DraftChecks.AreDuplicates(one, other));

    [Theory]
    [InlineData(SentimentLabel.Negative, "Sorry!", true)]
    [InlineData(SentimentLabel.Negative, "Sorry 😊", true)]
    [InlineData(SentimentLabel.Negative, "How wonderful, we love it and are so happy.", true)]
    [InlineData(SentimentLabel.Negative, "Sorry about that. What happened?", false)]
    [InlineData(SentimentLabel.Positive, "We are sorry for this terrible, awful problem.", true)]
    [InlineData(SentimentLabel.Positive, "How lovely! 😊", false)]
    [InlineData(SentimentLabel.Neutral, "How lovely! 😊", false)]
    public void Cheer_for_the_angry_and_gloom_for_the_happy_are_off_tone(SentimentLabel feeling, string draft, bool off)
        => Assert.Equal(off, DraftChecks.IsOffTone(feeling, draft));

    [Theory]
    [InlineData("Sorry about the new menfi tbudge.", "menfi tbudge")]
    [InlineData("Odelia, we're sorry about the ref qx and the dissatisfied customers.", "")]
    [InlineData("We're contacting nobody, it's 3 pm. 😊", "")]
    public void Words_that_are_none_are_found(string draft, string words) => Assert.Equal(words, string.Join(' ', DraftChecks.MadeUp(s_post, draft)));

    [Theory]
    [InlineData("", true)]
    [InlineData("... 👍", true)]
    [InlineData("ok", false)]
    public void A_draft_without_a_word_is_empty(string draft, bool empty) => Assert.Equal(empty, DraftChecks.IsEmpty(draft));
}
