using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Replies;

namespace SocialSentiment.Replies.Tests;

public sealed class DraftScoreTests
{
    private static readonly ReplySituation s_angry = new("The train to Leeds was late again and nobody told us why", SentimentLabel.Negative, ReplyTone.Friendly);
    private static readonly ReplySituation s_happy = new("The concert in Leeds last night was the best in years", SentimentLabel.Positive, ReplyTone.Friendly);

    [Fact]
    public void A_likelier_draft_is_better()
    {
        const string Draft = "Sorry about the train, nobody should be left in the dark.";
        Assert.True(Score(s_angry, Draft, -0.5) > Score(s_angry, Draft, -2));
        Assert.True(Score(s_angry, Draft, -2) > Score(s_angry, Draft, -3.5));
        Assert.Equal(Score(s_angry, Draft, -5), Score(s_angry, Draft, -50));
        Assert.Equal(Score(s_angry, Draft), Score(s_angry, Draft, double.NaN));
    }

    [Fact]
    public void One_that_takes_up_the_post_is_better_than_one_for_all_and_an_echo_is_worse()
    {
        var general = Score(s_angry, "Sorry, that really must have been a frustrating morning.");
        Assert.True(Score(s_angry, "Sorry, that train really must have been a frustrating wait.") > general);
        Assert.True(Score(s_angry, "Train Leeds late again nobody told, sorry, train again.") < general);
    }

    [Fact]
    public void One_that_sounds_as_it_should_is_better()
    {
        const string Draft = "We have something to say about this concert of yours.";
        Assert.True(DraftScore.Of(s_happy, Draft, (0, 0, 1)) > DraftScore.Of(s_happy, Draft, (0, 1, 0)));
        Assert.True(DraftScore.Of(s_happy, Draft, (0, 1, 0)) > DraftScore.Of(s_happy, Draft, (1, 0, 0)));
        Assert.True(DraftScore.Of(s_angry, Draft, (1, 0, 0)) > DraftScore.Of(s_angry, Draft, (0, 0, 1)));
        Assert.InRange(DraftScore.Of(s_angry, Draft, (double.NaN, 0, 1)), 0, 1);
    }

    [Fact]
    public void Brief_ones_are_better_brief()
    {
        const string Short = "Sorry about the train.";
        const string Long = "Sorry about the train, it must have been a long and tiring wait on a cold platform without a word from anyone, what was the worst part of it for you?";
        Assert.True(Score(s_angry with { Tone = ReplyTone.Brief }, Short) > Score(s_angry with { Tone = ReplyTone.Brief }, Long));
        Assert.True(Score(s_angry, Long) > Score(s_angry, Short));
    }

    [Fact]
    public void A_question_is_not_answered_with_thanks()
    {
        var question = new ReplySituation("Does the red jacket come in large?", SentimentLabel.Neutral, ReplyTone.Friendly);
        var thanks = Score(question, "Thanks for the kind words about the jacket, so nice of you!");
        Assert.True(thanks < Score(question, "Let us check that jacket rather than guess."));
        Assert.True(thanks < DraftSelection.Floor);
        Assert.True(Score(question, "Thanks for asking about the jacket, let us check that for you!") > 2 * thanks * 0.9);
        Assert.True(Score(question, "Thanks! Which jacket do you mean?") > thanks);
    }

    [Fact]
    public void Between_nothing_and_one_whatever_it_is()
    {
        foreach (var text in RandomTexts.Some(500))
        {
            var situation = new ReplySituation(text, SentimentLabel.Negative, ReplyTone.Brief);
            Assert.InRange(Score(situation, text, -1), 0, 1);
        }
    }

    /// <summary>
    /// The floor: what people wrote for a post of a kind scores above it nearly always, the same replies under posts of
    /// another feeling mostly below or off in tone.
    /// </summary>
    [Fact]
    public void The_floor_tells_what_fits_from_what_does_not()
    {
        var (fits, all, passes, wrong) = (0, 0, 0, 0);
        foreach (var label in Enum.GetValues<SentimentLabel>())
        {
            foreach (var tone in Enum.GetValues<ReplyTone>())
            {
                foreach (var draft in Templates.Cell(PostKind.Plain, label, tone))
                {
                    foreach (var of in Enum.GetValues<SentimentLabel>())
                    {
                        var situation = Situation(of, tone);
                        var isGood = !DraftTone.IsOff(situation, draft) && Score(situation, draft) >= DraftSelection.Floor;
                        if (of == label)
                        {
                            (all, fits) = (all + 1, fits + (isGood ? 1 : 0));
                        }
                        else if (Math.Abs((int)of - (int)label) == 2)
                        {
                            (wrong, passes) = (wrong + 1, passes + (isGood ? 1 : 0));
                        }
                    }
                }
            }
        }

        Assert.True(fits >= 0.8 * all, $"{fits} of {all} that fit");
        Assert.True(passes <= 0.15 * wrong, $"{passes} of {wrong} that do not");
    }

    private static ReplySituation Situation(SentimentLabel label, ReplyTone tone) => label switch
    {
        SentimentLabel.Negative => s_angry with { Tone = tone },
        SentimentLabel.Positive => s_happy with { Tone = tone },
        _ => new ReplySituation("The train to Leeds leaves from platform seven", label, tone),
    };

    private static double Score(ReplySituation situation, string draft, double? likelihood = null) =>
        DraftScore.Of(situation, draft, DraftScore.ByLexicon([draft])[0], likelihood);
}
