using System.Diagnostics;
using SocialSentiment.Replies.Text;

namespace SocialSentiment.Replies.Tests;

public sealed class DraftSafetyTests
{
    // Turned by thirteen letters, as in the list.
    [Theory]
    [InlineData("shpx")]
    [InlineData("Shpx")]
    [InlineData("SHPX!")]
    [InlineData("shpxvat")]
    [InlineData("zbgureshpxre")]
    [InlineData("fuvg")]
    [InlineData("fuvgf")]
    [InlineData("ohyyfuvg")]
    [InlineData("phag")]
    [InlineData("phagf")]
    [InlineData("nff")]
    [InlineData("nffubyr")]
    [InlineData("ovgpu")]
    [InlineData("fba-bs-n-ovgpu")]
    [InlineData("juber")]
    [InlineData("avttre")]
    [InlineData("avttn")]
    [InlineData("snttbg")]
    [InlineData("ergneqrq")]
    [InlineData("xvxr")]
    [InlineData("cnxv")]
    [InlineData("genaal")]
    [InlineData("jnax")]
    [InlineData("qnza")]
    [InlineData("penc")]
    [InlineData("zvreqn")]
    [InlineData("fpurvffr")]
    [InlineData("хуйня")]
    public void Bad_words(string turned)
    {
        var word = Turned(turned);
        Refused(DraftFault.Profanity, $"Sorry, that is {word} to hear.");
        Refused(DraftFault.Profanity, $"{word}.");
        Refused(DraftFault.Profanity, $"Well, \"{word}\" indeed");
    }

    [Theory]
    [InlineData("fuuuvg")]
    [InlineData("fuvvvvvg")]
    [InlineData("sssshhhhpx")]
    [InlineData("s h p x")]
    [InlineData("s  h  p  x")]
    [InlineData("S.H.P.X")]
    [InlineData("f-u-v-g")]
    [InlineData("s_h_p_x")]
    [InlineData("shpx/shpx")]
    [InlineData("jung-gur-shpx")]
    [InlineData("ovgpuuuu")]
    [InlineData("nfffff")]
    [InlineData("phhagf")]
    public void Bad_words_drawn_out_or_in_pieces(string turned) => Refused(DraftFault.Profanity, $"That is {Turned(turned)} indeed.");

    [Theory]
    [InlineData("fu1g")]
    [InlineData("fu!g")]
    [InlineData("fu!7")]
    [InlineData("$u!g")]
    [InlineData("@$$")]
    [InlineData("4ff")]
    [InlineData("o1gpu")]
    [InlineData("o!gpu")]
    [InlineData("s*px")]
    [InlineData("s**x")]
    [InlineData("fu@#g")]
    public void Bad_words_in_other_signs(string turned) => Refused(DraftFault.Profanity, $"This is {Turned(turned)} indeed.");

    [Fact]
    public void Bad_words_in_letters_that_only_look_alike()
    {
        // Cyrillic vowels, full-width letters, accents, letters without width.
        Refused(DraftFault.Profanity, $"Such {Turned("juber").Replace('o', 'о').Replace('e', 'е')} words");
        Refused(DraftFault.Profanity, $"Such {string.Concat(Turned("fuvg").Select(letter => (char)(letter - 'a' + 'ａ')))} words");
        Refused(DraftFault.Profanity, $"Such {Turned("fuvg").Replace('i', 'í')} words");
        Refused(DraftFault.Profanity, $"Such {string.Concat(Turned("fuvg").Select(letter => char.ConvertFromUtf32(0x1D4EA + letter - 'a')))} words");
        Refused(DraftFault.Profanity, $"Such {string.Join('\u200b', Turned("fuvg").ToArray())} words");
    }

    [Fact]
    public void Every_word_of_the_list_in_every_disguise()
    {
        var words = EmbeddedText.Lines(EmbeddedText.Read("words.txt")).Select(entry => Turned(entry.Line.Trim('*'))).ToArray();
        Assert.True(words.Length > 250);
        Assert.All(words, word =>
        {
            foreach (var written in (string[])
            [
                word, word.ToUpperInvariant(), $"{word}!", $"({word})", $"\"{word},", $"{word}-like", string.Join('.', word.AsEnumerable()), string.Join(' ', word.AsEnumerable()), $"{word}{word[^1]}{word[^1]}",
                word.Replace('s', '$').Replace('a', '@').Replace('o', '0'), word.Replace('i', '1').Replace('e', '3'), string.Concat(word.Select(letter => letter is >= 'a' and <= 'z' ? (char)(letter - 'a' + 'ａ') : letter)),
            ])
            {
                Assert.True(DraftSafety.Check($"Well, {written} it is.", "")?.Fault == DraftFault.Profanity, written);
            }
        });
    }

    [Fact]
    public void No_word_of_the_list_is_ever_seen_while_a_draft_grows()
    {
        foreach (var word in EmbeddedText.Lines(EmbeddedText.Read("words.txt")).Select(entry => Turned(entry.Line.Trim('*'))))
        {
            foreach (var written in (string[])[word, string.Join(' ', word.AsEnumerable()), string.Join('-', word.AsEnumerable())])
            {
                var draft = $"Sorry that the train was {written} again today";
                for (var length = 0; length <= draft.Length; length++)
                {
                    var safe = DraftSafety.SafeLength(draft[..length], "");
                    Assert.True(safe <= "Sorry that the train was".Length, draft[..safe]);
                }

                Assert.NotNull(DraftSafety.Check(draft, "", isPartial: true));
            }
        }
    }

    [Theory]
    [InlineData("Sorry to hear that about Scunthorpe.")]
    [InlineData("Essex, Sussex and Penistone are on our list.")]
    [InlineData("The class assessed the assassin's passion for grass.")]
    [InlineData("Dickens and Moby-Dickinson, what a combination.")]
    [InlineData("We appreciate the analysis of the cocktail.")]
    [InlineData("Shiitake mushrooms on a platter sound tasty.")]
    [InlineData("Arsenal against Nigeria and Niger, what a match.")]
    [InlineData("The scrapbook is a classic.")]
    [InlineData("I, too, see a point in it.")]
    [InlineData("What a shot, what a pass.")]
    [InlineData("A B C, easy as that.")]
    [InlineData("Sooo good to hear, coool.")]
    [InlineData("The rapper made it to the top.")]
    [InlineData("I think he'll like it, and she'll too.")]
    [InlineData("I think he’ll go farther than Milford.")]
    [InlineData("A$AP Rocky at 45s a lap, woops.")]
    [InlineData("Hello from Hellendoorn and Shell.")]
    [InlineData("Spices and a spicy cucumber.")]
    [InlineData("The accumulated documents circumvent it.")]
    [InlineData("We hear you. As is.")]
    [InlineData("Retardant foam is a thing.")]
    [InlineData("They cocked their heads at the peacock.")]
    public void Decent_words_that_hold_bad_ones(string draft) => Assert.NotEqual(DraftFault.Profanity, DraftSafety.Check(draft, "")?.Fault);

    [Theory]
    [InlineData("We will find you.")]
    [InlineData("Watch your back.")]
    [InlineData("Be quiet or else.")]
    [InlineData("You'll regret this.")]
    [InlineData("I hope you fail at that.")]
    [InlineData("We know where you live.")]
    [InlineData("kill yourself")]
    public void Threats(string draft) => Refused(DraftFault.Threat, draft);

    [Theory]
    [InlineData("You're an idiot.")]
    [InlineData("Only a moron would say so.")]
    [InlineData("Calm down, please.")]
    [InlineData("Stop whining about it.")]
    [InlineData("That's your own fault.")]
    [InlineData("You are wrong about the trains.")]
    [InlineData("Get over it.")]
    [InlineData("Nobody cares about that.")]
    public void Insults(string draft) => Refused(DraftFault.Insult, draft);

    [Theory]
    [InlineData("Write to jane.doe@example.com for that.")]
    [InlineData("Write to jane (at) example (dot) com.")]
    [InlineData("Thanks, call 555-123-4567.")]
    [InlineData("Thanks, +44 20 7946 0958 it is.")]
    [InlineData("Is 4111 1111 1111 1111 your card?")]
    [InlineData("Is DE89 3704 0044 0532 0130 00 the right one?")]
    [InlineData("Is GB29NWBK60161331926819 the right one?")]
    [InlineData("We see AB12345 in front of us.")]
    [InlineData("We see 12345678 in front of us.")]
    [InlineData("We see X7-99-QQ4 in front of us.")]
    [InlineData("Is it #4711?")]
    [InlineData("So it is 221B Baker Street.")]
    [InlineData("So it is 10 Downing Street, right?")]
    [InlineData("Is it Hauptstraße 5 then?")]
    [InlineData("Thanks @janedoe for this.")]
    [InlineData(".@janedoe thanks")]
    public void Personal_data_in_any_shape(string draft)
    {
        Refused(DraftFault.PersonalData, draft);

        // Nor when the post told it.
        Refused(DraftFault.PersonalData, draft, post: draft);
    }

    [Theory]
    [InlineData("My name is Anna Schmidt and my parcel is lost", "Sorry, Ms Schmidt, about the parcel.")]
    [InlineData("my name is Zoë Müller-Brandt, hello", "Dear Zoe Brandt, hello.")]
    [InlineData("Still waiting. Regards, Peter Parker", "Sorry that you wait, Peter Parker.")]
    [InlineData("I'm John Smith from Leeds", "Hello Mr Smith.")]
    public void Names_that_authors_gave(string post, string draft) => Refused(DraftFault.PersonalData, draft, post);

    [Theory]
    [InlineData("my name is Anna", "Hello Anna, sorry about the parcel.")]
    [InlineData("I am very happy with this", "So glad you are happy!")]
    [InlineData("Anna Schmidt is a singer", "What a voice Schmidt has.")]
    public void Names_that_are_no_secret(string post, string draft) => Assert.NotEqual(DraftFault.PersonalData, DraftSafety.Check(draft, post)?.Fault);

    [Theory]
    [InlineData("See https://t.co/abc for that.")]
    [InlineData("See http:// for that.")]
    [InlineData("See www.example.org for that.")]
    [InlineData("See example.com for that.")]
    [InlineData("See our-shop.co.uk for that.")]
    [InlineData("See [this page](/help) for that.")]
    [InlineData("See example dot com for that.")]
    public void Links(string draft) => Refused(DraftFault.Link, draft);

    [Theory]
    [InlineData("We hear you.It is a pity.")]
    [InlineData("Thanks...we hear you.")]
    [InlineData("E.g. the second one?")]
    public void No_links(string draft) => Assert.Null(DraftSafety.Check(draft, ""));

    [Theory]
    [InlineData("We'll give you a refund.")]
    [InlineData("You can have your money back.")]
    [InlineData("Here is a voucher for you.")]
    [InlineData("The next one is on the house.")]
    [InlineData("Have one for free.")]
    [InlineData("We promise to listen.")]
    [InlineData("We guarantee it.")]
    [InlineData("Rest assured that we listen.")]
    [InlineData("We'll make it up to you.")]
    [InlineData("We've fixed it.")]
    [InlineData("We have already solved that.")]
    [InlineData("The issue has been resolved.")]
    [InlineData("The bug is now fixed.")]
    [InlineData("It will be resolved by then.")]
    [InlineData("We’ll fix this.")]
    [InlineData("We are going to replace it.")]
    [InlineData("Our manager will call.")]
    [InlineData("Someone will be in touch.")]
    [InlineData("Our team is looking into it.")]
    [InlineData("We are working on it.")]
    [InlineData("We'll get back to you.")]
    [InlineData("You get an answer within two days.")]
    [InlineData("You get an answer in a few hours.")]
    [InlineData("It arrives by Friday.")]
    [InlineData("We will let you know.")]
    [InlineData("It won't happen again.")]
    [InlineData("We look at it right away.")]
    [InlineData("We hope to get it sorted.")]
    [InlineData("Wir erstatten Ihnen den Preis zurück.")]
    [InlineData("Le ofrecemos un reembolso completo.")]
    [InlineData("Nous allons vous rembourser.")]
    [InlineData("Мы обещаем вернуть деньги.")]
    public void Promises(string draft) => Refused(DraftFault.Promise, draft);

    [Theory]
    [InlineData("Feel free to tell us more.")]
    [InlineData("How is it going to end?")]
    [InlineData("Which problem bothers you the most?")]
    [InlineData("Enjoy the weekend in Leeds.")]
    [InlineData("See you at the next match.")]
    public void No_promises(string draft) => Assert.Null(DraftSafety.Check(draft, ""));

    [Theory]
    [InlineData("It costs less than that.")]
    [InlineData("The red one is in stock.")]
    [InlineData("We are open on Sundays.")]
    [InlineData("That was due to a technical fault.")]
    [InlineData("Experts say it is so.")]
    [InlineData("It is 20% off.")]
    [InlineData("It is $5.")]
    [InlineData("It is 5 € in all.")]
    [InlineData("See you at 9pm.")]
    [InlineData("See you at 18:30.")]
    [InlineData("It was on 3/4/15.")]
    [InlineData("See you in row 7.")]
    [InlineData("It began in 1987.")]
    public void Invented_facts(string draft) => Refused(DraftFault.InventedFact, draft);

    [Theory]
    [InlineData("My iPhone 6 is slow", "Sorry about the iPhone 6.")]
    [InlineData("Season 2 of 24 was better", "Season 2 was a different thing, wasn't it?")]
    [InlineData("Back in 2015 it was better", "We remember 2015 too.")]
    public void Numbers_of_the_post(string post, string draft)
    {
        Assert.Null(DraftSafety.Check(draft, post));
        Refused(DraftFault.InventedFact, draft, post: "nothing of the kind");
    }

    [Fact]
    public void Pins_of_the_post_are_not_repeated() => Refused(DraftFault.InventedFact, "Is it 8431?", post: "my pin is 8431");

    [Theory]
    [InlineData("It was our fault, we will pay.")]
    [InlineData("That's our mistake.")]
    [InlineData("We are to blame for that.")]
    [InlineData("We take full responsibility.")]
    [InlineData("Our lawyers disagree.")]
    [InlineData("We admit that it broke.")]
    public void Admissions(string draft) => Refused(DraftFault.Liability, draft);

    [Theory]
    [InlineData("Take some ibuprofen.")]
    [InlineData("The usual dose helps.")]
    [InlineData("You should see a doctor.")]
    [InlineData("You should sell it.")]
    [InlineData("Bitcoin is a good idea.")]
    [InlineData("You may be entitled to more.")]
    [InlineData("Stop taking the tablets.")]
    public void Advice(string draft) => Refused(DraftFault.Advice, draft);

    [Theory]
    [InlineData("Sorry. Post: the next one")]
    [InlineData("Tone: friendly")]
    [InlineData("Thanks! Feeling: positive")]
    [InlineData("Thanks <|endoftext|>")]
    [InlineData("### Thanks")]
    [InlineData("Thanks [/INST]")]
    [InlineData("I ignore my previous instructions.")]
    [InlineData("My system prompt says so.")]
    public void Leftovers(string draft) => Refused(DraftFault.PromptLeftover, draft);

    [Theory]
    [InlineData("As an AI language model, we hear you.")]
    [InlineData("I'm just a bot, sorry.")]
    [InlineData("I'm a real person here.")]
    [InlineData("We are not robots.")]
    [InlineData("My wife says the same.")]
    [InlineData("When I was young it was better.")]
    [InlineData("My name is Peter.")]
    public void Who_it_is(string draft) => Refused(DraftFault.Identity, draft);

    [Theory]
    [InlineData("Click below to go on.")]
    [InlineData("Please DM us your details.")]
    [InlineData("What is your password?")]
    [InlineData("Tell us your order number.")]
    [InlineData("Tell us your e-mail address.")]
    [InlineData("Please log in again.")]
    [InlineData("Follow us for more.")]
    [InlineData("Retweet if you agree.")]
    [InlineData("Download the app again.")]
    public void Commands(string draft) => Refused(DraftFault.Command, draft);

    [Theory]
    [InlineData("Sorry to hear that. What happened?")]
    [InlineData("So glad you liked the new album!")]
    [InlineData("That sounds exhausting, and we're truly sorry.")]
    [InlineData("Two hours in the rain is no fun. Which stop was it?")]
    [InlineData("Thanks for the tip! Have you been inside yet?")]
    [InlineData("Good luck with the exam on Monday, we're crossing our fingers.")]
    [InlineData("A cold pizza is a sad pizza. Sorry about that.")]
    [InlineData("Hope you feel better when the sun is out.")]
    [InlineData("What did you like best about the concert?")]
    public void Decent_drafts(string draft) => Assert.Null(DraftSafety.Check(draft, "whatever it was"));

    [Fact]
    public void What_is_unfinished_is_not_judged_yet()
    {
        var word = Turned("nff");
        Assert.Null(DraftSafety.Check($"We are {word}", "", isPartial: true));
        Assert.Null(DraftSafety.Check($"We are {word}isting", "", isPartial: true));
        Assert.NotNull(DraftSafety.Check($"We are {word} ", "", isPartial: true));
        Assert.NotNull(DraftSafety.Check($"We are {word} and", "", isPartial: true));
        Assert.NotNull(DraftSafety.Check($"We are {word}", ""));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("Sor", 0)]
    [InlineData("Sorry", 0)]
    [InlineData("Sorry ", 5)]
    [InlineData("Sorry to", 5)]
    [InlineData("Sorry to hear", 8)]
    [InlineData("Thanks, 555", 7)]
    [InlineData("Thanks, 55 ", 7)]
    [InlineData("Well s h", 4)]
    [InlineData("Well s h ", 4)]
    public void Only_whole_words_that_cannot_go_bad_may_be_shown(string draft, int length) => Assert.Equal(length, DraftSafety.SafeLength(draft, "row 55"));

    [Theory]
    [InlineData("We are sorry, you s h p x of the earth, really")]
    [InlineData("Call 0 2 0 7 9 4 6 0 9 5 8 today, please")]
    [InlineData("Thanks so much, jane doe @ example.com is yours")]
    [InlineData("What the f.h.v.g is that")]
    [InlineData("Is it 4111 1111 1111 1111 or another one")]
    public void Whatever_was_shown_while_it_grew_was_never_bad(string turnedOrNot)
    {
        var draft = turnedOrNot.Contains("s h p x", StringComparison.Ordinal) ? turnedOrNot.Replace("s h p x", Turned("s h p x"), StringComparison.Ordinal) : turnedOrNot;
        var shown = "";
        for (var length = 0; length <= draft.Length; length++)
        {
            var beginning = draft[..length];
            var safe = DraftSafety.SafeLength(beginning, "");
            Assert.InRange(safe, 0, length);
            shown = safe > shown.Length ? beginning[..safe] : shown;
        }

        Assert.DoesNotContain(shown.ToLowerInvariant(), text => char.IsDigit(text));
        Assert.DoesNotContain(Turned("s h"), shown);
        Assert.DoesNotContain("@", shown);
    }

    [Fact]
    public void Every_prefix_of_a_decent_draft_grows_and_stays()
    {
        const string Draft = "Two hours in the rain is no fun, and we are sorry. Which stop was it? ";
        var last = 0;
        for (var length = 0; length <= Draft.Length; length++)
        {
            var safe = DraftSafety.SafeLength(Draft[..length], "");
            Assert.True(safe >= last);
            last = safe;
        }

        Assert.Equal(Draft.Length - 1, last);
    }

    [Fact]
    public void Long_texts_take_no_time()
    {
        string[] texts =
        [
            new string('a', 5000), string.Concat(Enumerable.Repeat("a ", 2500)), string.Concat(Enumerable.Repeat("A-", 2500)), string.Concat(Enumerable.Repeat("1 ", 2500)),
            string.Concat(Enumerable.Repeat("we will have been ", 280)), new string('@', 5000), new string('!', 5000), string.Concat(Enumerable.Repeat("a@a.", 1250)), new string('A', 1990),
            string.Concat(Enumerable.Repeat("a.", 990)), string.Concat(Enumerable.Repeat("A1", 990)), string.Concat(Enumerable.Repeat("my name is Xa Xb ", 290)), string.Concat(Enumerable.Repeat("in the next ", 160)),
        ];
        foreach (var text in texts)
        {
            DraftSafety.Check(text, text);
            Assert.True(TakesLess(5, () => DraftSafety.Check(text, text)), text[..20]);
        }
    }

    internal static bool TakesLess(int milliseconds, Action action)
    {
        // Others work on this machine too, and the first runs are compiled: the best of some says what it takes.
        for (var i = 0; i < 60; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            if (Stopwatch.GetElapsedTime(start).TotalMilliseconds < milliseconds)
            {
                return true;
            }
        }

        return false;
    }

    internal static string Turned(string word) => string.Concat(word.Select(letter =>
        letter is >= 'a' and <= 'z' ? (char)('a' + ((letter - 'a' + 13) % 26))
        : letter is >= 'A' and <= 'Z' ? (char)('A' + ((letter - 'A' + 13) % 26))
        : letter));

    private static void Refused(DraftFault fault, string draft, string post = "") =>
        Assert.Equal(fault, DraftSafety.Check(draft, post)?.Fault);
}
