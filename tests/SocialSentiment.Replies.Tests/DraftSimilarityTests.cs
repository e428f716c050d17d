namespace SocialSentiment.Replies.Tests;

public sealed class DraftSimilarityTests
{
    [Theory]
    [InlineData("Sorry to hear that.", "Sorry to hear that!")]
    [InlineData("Sorry to hear that.", "sorry, to hear THAT")]
    [InlineData("We're sorry to hear that.", "We are sorry to hear that.")]
    [InlineData("Hi, we are sorry to hear that the train was late.", "We are sorry to hear that the train was late.")]
    [InlineData("We are so sorry to hear that the train was late.", "We are sorry to hear that the bus was late.")]
    [InlineData("Thanks for telling us about the train.", "Thank you for telling us about the trains.")]
    [InlineData("So glad you liked the new album!", "So glad you like the new album!")]
    [InlineData("", "")]
    public void One_twice(string one, string other)
    {
        Assert.True(DraftSimilarity.AreNearDuplicates(one, other), $"{DraftSimilarity.Of(one, other)}");
        Assert.Equal(DraftSimilarity.Of(one, other), DraftSimilarity.Of(other, one));
    }

    [Theory]
    [InlineData("Sorry to hear that.", "That sounds frustrating. What happened?")]
    [InlineData("So glad you liked the new album!", "Which song of the album did you like best?")]
    [InlineData("Thanks for sharing!", "Thanks for the kind words.")]
    [InlineData("Sorry about the train.", "Which train was it?")]
    [InlineData("", "Sorry")]
    public void Two_different(string one, string other) => Assert.False(DraftSimilarity.AreNearDuplicates(one, other), $"{DraftSimilarity.Of(one, other)}");

    [Fact]
    public void Of_itself_is_one() => Assert.Equal(1, DraftSimilarity.Of("Which train was it?", "which TRAIN was it"));

    [Theory]
    [InlineData("The train was late again and the heating did not work.", "The train was late again and the heating didn't work!")]
    [InlineData("I have been waiting for my parcel since Monday and nobody answers the phone, this is a joke", "Waiting for my parcel since Monday and nobody answers the phone.")]
    [InlineData("ok so the new update is really slow on my phone and I hate it", "Sorry, the new update is really slow on my phone.")]
    [InlineData("my parcel is lost", "My parcel is lost.")]
    [InlineData("thanks", "Thanks!")]
    public void Copies(string post, string draft) => Assert.True(DraftSimilarity.IsCopy(draft, post));

    [Theory]
    [InlineData("The train was late again and the heating did not work.", "Sorry that the train was late and cold.")]
    [InlineData("I love the new album", "So glad you love the new album!")]
    [InlineData("my parcel is lost", "Sorry about the parcel. When did you expect it?")]
    [InlineData("what about the local wheelchair access? coming on Friday", "Great question about the local wheelchair access!")]
    [InlineData("", "Sorry.")]
    public void No_copies(string post, string draft) => Assert.False(DraftSimilarity.IsCopy(draft, post));

    [Fact]
    public void Nothing_throws_or_takes_time()
    {
        var texts = RandomTexts.Some(400).ToArray();
        for (var i = 1; i < texts.Length; i++)
        {
            Assert.InRange(DraftSimilarity.Of(texts[i], texts[i - 1]), 0, 1);
            DraftSimilarity.IsCopy(texts[i], texts[i - 1]);
        }

        foreach (var text in RandomTexts.Long())
        {
            DraftSimilarity.IsCopy(text, text);
            Assert.True(DraftSafetyTests.TakesLess(5, () => DraftSimilarity.IsCopy(text, text)), text[..20]);
        }
    }
}
