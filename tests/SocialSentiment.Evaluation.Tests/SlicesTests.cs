namespace SocialSentiment.Evaluation.Tests;

public sealed class SlicesTests
{
    [Theory]
    [InlineData("great day 😍", "emoji")]
    [InlineData("so ❤ it", "emoji")]
    [InlineData("see you :)", "an emoticon")]
    [InlineData("I <3 this", "an emoticon")]
    [InlineData("I don't know", "a negation")]
    [InlineData("NOT today", "a negation")]
    [InlineData("it wasnt me", "a negation")]
    [InlineData("is it?", "a question mark")]
    [InlineData("in #london today", "a hashtag")]
    [InlineData("thank you @user", "a mention")]
    [InlineData("look at this http", "a link")]
    public void A_kind_is_recognized(string text, string kind)
        => Assert.Equal([kind], Slices.All.Where(slice => slice.Name.StartsWith("with ", StringComparison.Ordinal) && slice.Has(text)).Select(slice => slice.Name["with ".Length..]));

    [Theory]
    [InlineData("Notable people know knots at 10:30, 5# © 2015")]
    [InlineData("😍 can't you see? :) #yes @user http")]
    public void Each_text_is_of_one_length_and_either_with_or_without_each_thing(string text)
    {
        const int Lengths = 3;
        Assert.Equal(1, Slices.All.Take(Lengths).Count(slice => slice.Has(text)));
        Assert.All(Slices.All.Skip(Lengths).Chunk(2), pair => Assert.NotEqual(pair[0].Has(text), pair[1].Has(text)));
        Assert.Equal(text[0] != 'N', Slices.All.Skip(Lengths).Chunk(2).Any(pair => pair[0].Has(text)));
    }
}
