using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Replies.Text;

namespace SocialSentiment.Replies.Tests;

/// <summary>A small model that shall name a thing of the post now and then makes up a name.</summary>
public sealed class TaughtWordsTests
{
    private static readonly ReplySituation s_neutral = new("The menu has oat milk and soy milk now.", SentimentLabel.Neutral, ReplyTone.Brief);

    [Theory]
    [InlineData("Thanks for the heads-up about the menu.", null)]
    [InlineData("Thanks for the update on the menus, it's good to know! 😊", null)]
    [InlineData("Thanks for the heads-up about the menu warratypor buvar.", "warratypor")]
    [InlineData("Thanks for the update on Curtis.", "curtis")]
    [InlineData("Thanks for sharing this about the weather.", "weather")]
    public void A_word_of_neither_the_post_nor_our_replies_is_made_up(string draft, string? word) => Assert.Equal(word, TaughtWords.MadeUp(draft, s_neutral.Text));

    [Theory]
    [InlineData("So happy you liked your! Have a lovely day!", true)]
    [InlineData("Thanks for letting us know about.", true)]
    [InlineData("It is understandable that you are upset about\ufe0f.", true)]
    [InlineData("Thanks for letting us know about the menu.", false)]
    [InlineData("How do you feel about it? Tell us more.", false)]
    [InlineData("Good to know about the menu. What are you most excited about?", false)]
    public void A_sentence_that_ends_before_it_names_anything_is_unfinished(string draft, bool isUnfinished)
    {
        Assert.Equal(isUnfinished, TaughtWords.NamesNothing(draft));
        var selection = DraftSelection.Select(s_neutral, [new(draft, IsTaught: true)], 1, seed: 1, DraftScore.ByLexicon);
        Assert.Equal(isUnfinished, selection.Refused.Any(refused => refused.Refusal.Fault == DraftFault.Empty));
    }

    [Fact]
    public void Only_of_a_model_that_knows_no_others_it_is_refused()
    {
        const string Raw = "Thanks for the update on the weather.";
        DraftCandidate[] candidates = [new(Raw, IsTaught: true), new(Raw)];
        var selection = DraftSelection.Select(s_neutral, candidates, 1, seed: 1, DraftScore.ByLexicon);

        Assert.Equal((0, DraftFault.InventedFact), (selection.Refused[0].Candidate, selection.Refused[0].Refusal.Fault));
        Assert.DoesNotContain(selection.Refused, refused => refused.Candidate == 1 && refused.Refusal.Fault == DraftFault.InventedFact);
    }

    [Fact]
    public void It_is_not_written_on()
    {
        const string Raw = "Thanks for the update on the weather and";
        Assert.Equal(DraftFault.InventedFact, DraftPreview.Of(s_neutral, Raw, isTaught: true).Refusal?.Fault);
        Assert.Null(DraftPreview.Of(s_neutral, Raw).Refusal);
        Assert.Null(DraftPreview.Of(s_neutral, "Thanks for the update on the weath", isTaught: true).Refusal);
    }
}
