namespace SocialSentiment.Vader.Tests.Rules;

/// <summary>How a text falls into words. Every score is what the Python reference answers.</summary>
public sealed class TokenTests
{
    [Theory]
    [InlineData("", 0, 0, 0, 0)]
    [InlineData(" ", 0, 0, 0, 0)]
    [InlineData("\t\r\n", 0, 0, 0, 0)]
    [InlineData("\u00A0\u3000\u2028", 0, 0, 0, 0)]
    public void Nothing_to_read(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("good\u00A0day", 0.4404, 0.744, 0.256, 0)]
    [InlineData("good\tday", 0.4404, 0.744, 0.256, 0)]
    [InlineData("good\u001Fday", 0.4404, 0.744, 0.256, 0)]
    [InlineData("good\u001Cday", 0.4404, 0.744, 0.256, 0)]
    [InlineData("good\u0085day", 0.4404, 0.744, 0.256, 0)]
    [InlineData("good\u3000day", 0.4404, 0.744, 0.256, 0)]
    [InlineData("good\u200Bday", 0, 0, 1, 0)]
    [InlineData("good\u180Eday", 0, 0, 1, 0)]
    [InlineData("good\u0000day", 0, 0, 1, 0)]
    [InlineData("good\u2003day", 0.4404, 0.744, 0.256, 0)]
    [InlineData("good\u000Bday", 0.4404, 0.744, 0.256, 0)]
    public void White_space_as_python_sees_it(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("good,", 0.4404, 1, 0, 0)]
    [InlineData("(good)", 0.4404, 1, 0, 0)]
    [InlineData("\"good\"", 0.4404, 1, 0, 0)]
    [InlineData("...good...", 0.4404, 1, 0, 0)]
    [InlineData("$good", 0.4404, 1, 0, 0)]
    [InlineData("good`~", 0.4404, 1, 0, 0)]
    [InlineData("<good>", 0.4404, 1, 0, 0)]
    [InlineData("^good^", 0.4404, 1, 0, 0)]
    [InlineData("good=", 0.4404, 1, 0, 0)]
    [InlineData("a-good", 0, 0, 1, 0)]
    [InlineData("go_od", 0, 0, 1, 0)]
    [InlineData("_good_", 0.4404, 1, 0, 0)]
    public void Punctuation_at_the_ends_goes(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("no!", 0, 0, 1, 0)]
    [InlineData("(no)", 0, 0, 1, 0)]
    [InlineData("xd", 0.5859, 1, 0, 0)]
    [InlineData("XD", 0.5859, 1, 0, 0)]
    [InlineData("xd!", 0, 0, 1, 0)]
    [InlineData("ok", 0.296, 1, 0, 0)]
    [InlineData("ok.", 0, 0, 1, 0)]
    [InlineData("\"ok\"", 0, 0, 1, 0)]
    [InlineData("lol.", 0.4215, 1, 0, 0)]
    [InlineData("ha!", 0, 0, 1, 0)]
    [InlineData("hi!! ok?", 0, 0, 1, 0)]
    [InlineData("a😀", 0.3612, 0.556, 0.444, 0)]
    public void Short_words_keep_theirs(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData(":)", 0.4588, 1, 0, 0)]
    [InlineData(":-)", 0.3182, 1, 0, 0)]
    [InlineData(":D", 0.5106, 1, 0, 0)]
    [InlineData(":d", 0.5106, 1, 0, 0)]
    [InlineData(":(", -0.4404, 0, 0, 1)]
    [InlineData(":-(", -0.3612, 0, 0, 1)]
    [InlineData("<3", 0.4404, 1, 0, 0)]
    [InlineData("</3", -0.6124, 0, 0, 1)]
    [InlineData(":'(", -0.4939, 0, 0, 1)]
    [InlineData(";-)", 0.25, 1, 0, 0)]
    [InlineData("good :)", 0.7096, 1, 0, 0)]
    [InlineData("good:)", 0.4404, 1, 0, 0)]
    [InlineData("o.o", -0.2023, 0, 0, 1)]
    [InlineData("O.o", -0.2023, 0, 0, 1)]
    [InlineData("8-)", 0, 0, 1, 0)]
    [InlineData(":)!", 0, 0, 1, 0)]
    [InlineData(":))", 0, 0, 1, 0)]
    [InlineData("d:", 0.296, 1, 0, 0)]
    public void Emoticons(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("!\U0001D41A\U0001D41A!", 0, 0, 1, 0)]
    [InlineData("\U0001D41A\U0001D41A\U0001D41A!", 0, 0, 1, 0)]
    [InlineData("good \U0001D400\U0001D400, ok", 0.6249, 0.836, 0.164, 0)]
    [InlineData("no\U0001D41A!", 0, 0, 1, 0)]
    public void Short_by_characters_not_code_units(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("can't stand it", 0, 0, 1, 0)]
    [InlineData("fed up", 0, 0, 1, 0)]
    [InlineData("screwed up", -0.4939, 0, 0.238, 0.762)]
    [InlineData("( '}{' )", 0, 0, 1, 0)]
    public void Words_of_two_never_match(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);
}
