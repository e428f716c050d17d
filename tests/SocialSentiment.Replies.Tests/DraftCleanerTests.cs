namespace SocialSentiment.Replies.Tests;

public sealed class DraftCleanerTests
{
    [Theory]
    [InlineData(" Sorry to hear that.\n", "Sorry to hear that.")]
    [InlineData("\"Sorry to hear that.\"", "Sorry to hear that.")]
    [InlineData("“Sorry to hear that.”", "Sorry to hear that.")]
    [InlineData("Sorry to hear that.\"", "Sorry to hear that.")]
    [InlineData("Reply: Sorry to hear that.", "Sorry to hear that.")]
    [InlineData("reply : \"Sorry to hear that.\"", "Sorry to hear that.")]
    [InlineData("Suggested reply: Sorry to hear that.", "Sorry to hear that.")]
    [InlineData("Response: Answer: Sorry to hear that.", "Sorry to hear that.")]
    [InlineData("1. Sorry to hear that.", "Sorry to hear that.")]
    [InlineData("- Sorry to hear that.", "Sorry to hear that.")]
    [InlineData("> Sorry to hear that.", "Sorry to hear that.")]
    [InlineData("John: Sorry to hear that.", "Sorry to hear that.")]
    [InlineData("Customer Support: Sorry to hear that.", "Sorry to hear that.")]
    [InlineData("@user Sorry to hear that.", "Sorry to hear that.")]
    [InlineData("@user: Sorry to hear that.", "Sorry to hear that.")]
    [InlineData("Sure! Here is a short reply: Sorry to hear that.", "Sorry to hear that.")]
    [InlineData("Here's a draft:\n\nSorry to hear that.", "Sorry to hear that.")]
    [InlineData("Draft 2: Sorry to hear that.", "Sorry to hear that.")]
    public void What_stands_before_it_goes(string raw, string draft) => Assert.Equal(draft, DraftCleaner.Clean(raw));

    [Theory]
    [InlineData("Sorry to hear that.\nPost: the next one\nReply: no", "Sorry to hear that.")]
    [InlineData("Sorry to hear that. Post: the next one", "Sorry to hear that.")]
    [InlineData("Reply: Sorry to hear that.\nFeeling: negative", "Sorry to hear that.")]
    [InlineData("Sorry to hear that.<|endoftext|>More of it.", "Sorry to hear that.")]
    [InlineData("Sorry to hear that.\n\nThis reply is empathetic because it is.", "Sorry to hear that.")]
    [InlineData("Sorry to hear that.\" \"Post", "Sorry to hear that.")]
    public void What_comes_after_it_goes(string raw, string draft) => Assert.Equal(draft, DraftCleaner.Clean(raw, isWhole: false));

    [Theory]
    [InlineData("**Sorry** to hear *that*.", "Sorry to hear that.")]
    [InlineData("<p>Sorry to hear that.</p>", "Sorry to hear that.")]
    [InlineData("Sorry to hear that &amp; this.", "Sorry to hear that & this.")]
    [InlineData("`Sorry` to hear that.", "Sorry to hear that.")]
    [InlineData("Sorry to hear [that](http).", "Sorry to hear that.")]
    [InlineData("Sorry, @user, to hear that.", "Sorry, to hear that.")]
    [InlineData("Hi @user, sorry to hear that.", "Hi, sorry to hear that.")]
    [InlineData("Sorry to hear that http", "Sorry to hear that.")]
    [InlineData("Sorry to hear that, see http for more.", "Sorry to hear that, see for more.")]
    [InlineData("Sorry  to \t hear\nthat.", "Sorry to hear that.")]
    [InlineData("Sorry to\u200b hear that.", "Sorry to hear that.")]
    public void Markup_and_placeholders_go(string raw, string draft) => Assert.Equal(draft, DraftCleaner.Clean(raw));

    [Theory]
    [InlineData("So good!!!", "So good!")]
    [InlineData("Is it??", "Is it?")]
    [InlineData("Is it?!?!", "Is it?")]
    [InlineData("Well....... yes.", "Well... yes.")]
    [InlineData("Well.. yes.", "Well. yes.")]
    [InlineData("Well ,, yes .", "Well, yes.")]
    [InlineData("So good to see that ,.", "So good to see that.")]
    public void Marks_stand_once(string raw, string draft) => Assert.Equal(draft, DraftCleaner.Clean(raw));

    [Theory]
    [InlineData("Sorry to hear that. We are lis", "Sorry to hear that.")]
    [InlineData("Sorry to hear that. We", "Sorry to hear that.")]
    [InlineData("Sorry to hear about the train, and we", "Sorry to hear about the train.")]
    [InlineData("So glad you like it! 😊", "So glad you like it! 😊")]
    [InlineData("So glad you like it 😊", "So glad you like it 😊")]
    [InlineData("Is it 3.5 stars? We", "Is it 3.5 stars?")]
    public void A_cut_off_end_is_given_up(string raw, string draft) => Assert.Equal(draft, DraftCleaner.Clean(raw, isWhole: false));

    [Theory]
    [InlineData("Sorry to hear th")]
    [InlineData("Sorry to hear that and the")]
    [InlineData("Thanks, and the res")]
    public void Half_a_sentence_is_no_draft(string raw) => Assert.Null(DraftCleaner.Clean(raw, isWhole: false));

    [Theory]
    [InlineData("Thanks so much", "Thanks so much.")]
    [InlineData("sorry to hear that", "Sorry to hear that.")]
    [InlineData("thanks, i like it", "Thanks, I like it.")]
    [InlineData("iPhone users say so too.", "iPhone users say so too.")]
    [InlineData("Sorry to hear that. We are here and", "Sorry to hear that.")]
    [InlineData("Sorry to hear that,", "Sorry to hear that.")]
    public void A_whole_one_gets_its_full_stop(string raw, string draft) => Assert.Equal(draft, DraftCleaner.Clean(raw));

    [Theory]
    [InlineData("Sorry to hear that. Sorry to hear that. Sorry to hear that!", "Sorry to hear that.")]
    [InlineData("We hear you. Sorry. We hear you.", "We hear you. Sorry.")]
    [InlineData("We are are sorry about the the train.", "We are sorry about the train.")]
    [InlineData("So so so so good.", "So so good.")]
    [InlineData("One thing. Two things. Three things. Four things. Five things.", "One thing. Two things. Three things.")]
    public void Nothing_is_said_twice(string raw, string draft) => Assert.Equal(draft, DraftCleaner.Clean(raw));

    [Theory]
    [InlineData("")]
    [InlineData("   \n\t ")]
    [InlineData("\"\"")]
    [InlineData("Reply:")]
    [InlineData("...")]
    [InlineData("😊😊😊")]
    [InlineData("1234 5678")]
    [InlineData("@user http")]
    [InlineData("ok")]
    [InlineData("!!!??")]
    [InlineData("$ % & / ( ) a = ? ab")]
    [InlineData("train train train train train train train train")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("hahahahahahahahahahahahaha")]
    [InlineData("the train and the train and the train and the train and the train")]
    [InlineData("<|endoftext|>")]
    [InlineData("Post: another one")]
    public void Nothing_useful_is_nothing(string raw)
    {
        Assert.Null(DraftCleaner.Clean(raw));
        Assert.Null(DraftCleaner.Clean(raw, isWhole: false));
    }

    [Fact]
    public void What_is_too_long_is_cut_between_sentences()
    {
        var sentence = $"We hear you, {string.Join(' ', Enumerable.Range(0, 24).Select(i => $"wo{(char)('a' + i)}rd"))}.";
        Assert.Equal(sentence, DraftCleaner.Clean($"{sentence} And {sentence}"));
        Assert.Null(DraftCleaner.Clean($"We {string.Concat(Enumerable.Range(0, 60).Select(i => $"said{(char)('a' + (i % 26))} "))} so."));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("\"", "")]
    [InlineData(" Sor", "Sor")]
    [InlineData("Reply: \"sorry to", "Sorry to")]
    [InlineData("sorry to ", "Sorry to ")]
    [InlineData("Sorry to hear that.\nPost: and", "Sorry to hear that.")]
    [InlineData("@user sorry", "Sorry")]
    public void While_it_grows(string raw, string start) => Assert.Equal(start, DraftCleaner.CleanStart(raw));

    [Fact]
    public void Clean_stays_clean_and_nothing_throws()
    {
        foreach (var text in RandomTexts.Some(3000))
        {
            DraftCleaner.CleanStart(text);
            DraftCleaner.Clean(text, isWhole: false);
            if (DraftCleaner.Clean(text) is { } clean)
            {
                Assert.InRange(clean.Length, 3, DraftCleaner.MaxLength);
                Assert.Equal(clean, DraftCleaner.Clean(clean));
            }
        }
    }

    [Fact]
    public void Long_texts_take_no_time()
    {
        foreach (var text in RandomTexts.Long())
        {
            DraftCleaner.Clean(text);
            Assert.True(DraftSafetyTests.TakesLess(5, () => DraftCleaner.Clean(text)), text[..20]);
            Assert.True(DraftSafetyTests.TakesLess(5, () => DraftCleaner.CleanStart(text)), text[..20]);
        }
    }
}
