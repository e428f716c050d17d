using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Replies;

namespace SocialSentiment.Replies.Tests;

public sealed class DraftToneTests
{
    [Theory]
    [InlineData("Great to hear from you.")]
    [InlineData("Glad you told us.")]
    [InlineData("We are so happy about that.")]
    [InlineData("Sorry to hear that!")]
    [InlineData("Sorry to hear that 😊")]
    [InlineData("Sorry to hear that 😢")]
    [InlineData("Sorry to hear that :)")]
    [InlineData("Sorry. Have a lovely day.")]
    [InlineData("Haha, that is one way to put it.")]
    [InlineData("Congratulations on that.")]
    [InlineData("Enjoy the ride.")]
    [InlineData("Good news for once.")]
    [InlineData("Wow, nice one.")]
    [InlineData("We're delighted to help.")]
    [InlineData("No. Great.")]
    [InlineData("SORRY TO HEAR THAT")]
    public void Cheer_for_the_angry_is_off(string draft)
    {
        foreach (var tone in Enum.GetValues<ReplyTone>())
        {
            Assert.True(DraftTone.IsOff(Negative(tone), draft));
        }
    }

    [Theory]
    [InlineData("Sorry to hear that.")]
    [InlineData("That is not great, we are sorry.")]
    [InlineData("That was no fun, and we are sorry.")]
    [InlineData("Nobody would be happy with that.")]
    [InlineData("Thank you for telling us.")]
    [InlineData("It isn't a good feeling to be left waiting.")]
    [InlineData("Which part should have been better?")]
    public void What_may_be_said_to_the_angry(string draft) => Assert.Null(DraftTone.Check(Negative(ReplyTone.Professional), draft));

    [Theory]
    [InlineData("Sorry to hear that.")]
    [InlineData("Unfortunately that happens.")]
    [InlineData("That must be so frustrating.")]
    [InlineData("We apologise for the inconvenience.")]
    [InlineData("What a terrible day.")]
    [InlineData("Our condolences.")]
    [InlineData("Aw 😢")]
    [InlineData("We hear you :(")]
    public void Pity_for_the_happy_is_off(string draft) => Assert.True(DraftTone.IsOff(Positive(ReplyTone.Friendly), draft));

    [Theory]
    [InlineData("So glad you like it! 😊")]
    [InlineData("No worries, nothing went wrong at all!")]
    [InlineData("That is not bad at all!")]
    [InlineData("WE LOVE IT TOO, THANK YOU!")]
    public void What_may_be_said_to_the_happy(string draft) => Assert.Null(DraftTone.Check(Positive(ReplyTone.Friendly), draft));

    [Theory]
    [InlineData("So sorry to hear that.")]
    [InlineData("We apologise for the trouble.")]
    [InlineData("Our condolences.")]
    [InlineData("WHAT DO YOU MEAN BY THAT")]
    public void Apologies_for_a_plain_fact_are_off(string draft) => Assert.True(DraftTone.IsOff(Neutral(ReplyTone.Friendly), draft));

    [Theory]
    [InlineData("Thanks for sharing!")]
    [InlineData("Hope the weather isn't too bad.")]
    [InlineData("Sounds interesting 🙂")]
    public void What_may_be_said_to_a_plain_fact(string draft) => Assert.Null(DraftTone.Check(Neutral(ReplyTone.Friendly), draft));

    [Theory]
    [InlineData(ReplyTone.Professional)]
    [InlineData(ReplyTone.Empathetic)]
    public void No_emoji_where_the_tone_has_none(ReplyTone tone)
    {
        Assert.True(DraftTone.IsOff(Positive(tone), "We are so happy for you 😊"));
        Assert.True(DraftTone.IsOff(Positive(tone), "We are so happy for you <3"));
        Assert.False(DraftTone.IsOff(Positive(tone), "We are so happy for you."));
    }

    [Theory]
    [InlineData("Hey, thanks for that.")]
    [InlineData("Awesome, thank you.")]
    [InlineData("Thank you, mate.")]
    [InlineData("lol, thank you.")]
    public void Slang_is_not_professional(string draft)
    {
        Assert.True(DraftTone.IsOff(Positive(ReplyTone.Professional), draft));
        Assert.False(DraftTone.IsOff(Positive(ReplyTone.Friendly), draft));
    }

    [Theory]
    [InlineData("My father passed away on Monday", "Thank you for sharing!")]
    [InlineData("My father passed away on Monday", "We hope he enjoyed our products.")]
    [InlineData("My father passed away on Monday", "Great memories stay.")]
    [InlineData("The funeral is tomorrow", "Enjoy the day.")]
    [InlineData("There was a school shooting in town", "Wow, exciting times.")]
    [InlineData("There was a school shooting in town", "Sorry. Visit us any time.")]
    public void Cheer_and_business_are_off_in_grief(string post, string draft)
    {
        Assert.True(DraftTone.IsOff(new ReplySituation(post, SentimentLabel.Neutral, ReplyTone.Friendly), draft));
        Assert.True(DraftTone.IsOff(new ReplySituation(post, SentimentLabel.Negative, ReplyTone.Friendly), draft));
    }

    [Fact]
    public void Sympathy_for_a_plain_fact_about_a_death_is_not_off() =>
        Assert.Null(DraftTone.Check(new ReplySituation("The funeral is on Friday", SentimentLabel.Neutral, ReplyTone.Empathetic), "We are so sorry for your loss."));

    [Fact]
    public void Nothing_throws_or_takes_time()
    {
        foreach (var text in RandomTexts.Some(1000))
        {
            DraftTone.Check(Negative(ReplyTone.Friendly) with { Text = text }, text);
            DraftTone.Check(Positive(ReplyTone.Professional) with { Text = text }, text);
            PostKinds.Of(text, SentimentLabel.Neutral);
        }

        foreach (var text in RandomTexts.Long())
        {
            var situation = Negative(ReplyTone.Friendly) with { Text = text };
            DraftTone.Check(situation, text);
            Assert.True(DraftSafetyTests.TakesLess(5, () => DraftTone.Check(situation, text)), text[..20]);
        }
    }

    private static ReplySituation Negative(ReplyTone tone) => new("The train was late again.", SentimentLabel.Negative, tone);

    private static ReplySituation Neutral(ReplyTone tone) => new("The train leaves from platform seven.", SentimentLabel.Neutral, tone);

    private static ReplySituation Positive(ReplyTone tone) => new("Best concert in years.", SentimentLabel.Positive, tone);
}
