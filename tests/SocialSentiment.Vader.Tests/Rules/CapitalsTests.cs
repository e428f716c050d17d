namespace SocialSentiment.Vader.Tests.Rules;

/// <summary>Capitals among other words. Every score is what the Python reference answers.</summary>
public sealed class CapitalsTests
{
    [Theory]
    [InlineData("a GREAT day", 0.7034, 0.707, 0.293, 0)]
    [InlineData("a TERRIBLE day", -0.5904, 0, 0.343, 0.657)]
    [InlineData("GREAT, just great", 0.873, 0.899, 0.101, 0)]
    [InlineData("I am SO HAPPY today", 0.8212, 0.622, 0.378, 0)]
    [InlineData("NO luck today", -0.4961, 0, 0.192, 0.808)]
    [InlineData("I LOVE you", 0.7125, 0.712, 0.288, 0)]
    public void Some_words_shouted(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("A GREAT DAY", 0.6249, 0.672, 0.328, 0)]
    [InlineData("GREAT", 0.6249, 1, 0, 0)]
    [InlineData("a great day", 0.6249, 0.672, 0.328, 0)]
    [InlineData("Great Day", 0.6249, 0.804, 0.196, 0)]
    public void All_or_none_shouted(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("GREAT DAY 4", 0.7034, 0.707, 0.293, 0)]
    [InlineData("GREAT 4 2", 0.7034, 0.707, 0.293, 0)]
    [InlineData("GREAT :)", 0.8331, 1, 0, 0)]
    [InlineData("GREAT XD", 0.836, 1, 0, 0)]
    [InlineData("GREAT x", 0.7034, 0.829, 0.171, 0)]
    [InlineData("GREAT É", 0.6249, 0.804, 0.196, 0)]
    [InlineData("GREAT é", 0.7034, 0.829, 0.171, 0)]
    [InlineData("GREAT \u2167", 0.6249, 0.804, 0.196, 0)]
    [InlineData("GREAT \u2177", 0.7034, 0.829, 0.171, 0)]
    [InlineData("GREAT \u00AA", 0.7034, 0.829, 0.171, 0)]
    [InlineData("GREAT \u24D0", 0.7034, 0.829, 0.171, 0)]
    [InlineData("GREAT \u24B6", 0.6249, 0.804, 0.196, 0)]
    [InlineData("GREAT \U0001F170", 0.7034, 0.547, 0.453, 0)]
    [InlineData("GREAT \u01C5", 0.7034, 0.829, 0.171, 0)]
    [InlineData("GREAT 汉字", 0.7034, 0.829, 0.171, 0)]
    [InlineData("gReAT day", 0.6249, 0.804, 0.196, 0)]
    [InlineData("GREAT \U0001D400", 0.6249, 0.804, 0.196, 0)]
    [InlineData("GREAT \U0001D41A", 0.7034, 0.829, 0.171, 0)]
    [InlineData("GREAT \u02B0", 0.7034, 0.829, 0.171, 0)]
    public void What_counts_as_capitals(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("I LI\u212AE it", 0.4995, 0.618, 0.382, 0)]
    [InlineData("\u212Aind soul", 0.5267, 0.773, 0.227, 0)]
    [InlineData("I li\u0131ke it", 0, 0, 1, 0)]
    [InlineData("a f\u0130ne day", 0, 0, 1, 0)]
    [InlineData(":-Þ", 0, 0, 1, 0)]
    [InlineData("=þ", 0, 0, 1, 0)]
    [InlineData(":-þ", 0, 0, 1, 0)]
    [InlineData("=Þ so what", 0, 0, 1, 0)]
    [InlineData("GREAT\u017F day", 0, 0, 1, 0)]
    public void Lower_case_beyond_ascii(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);
}
