namespace SocialSentiment.Vader.Tests.Rules;

/// <summary>Exclamation and question marks. Every score is what the Python reference answers.</summary>
public sealed class PunctuationTests
{
    [Theory]
    [InlineData("good!", 0.4926, 1, 0, 0)]
    [InlineData("good!!", 0.5399, 1, 0, 0)]
    [InlineData("good!!!", 0.5826, 1, 0, 0)]
    [InlineData("good!!!!", 0.6209, 1, 0, 0)]
    [InlineData("good!!!!!!!!", 0.6209, 1, 0, 0)]
    [InlineData("bad!", -0.5848, 0, 0, 1)]
    [InlineData("bad!!!!!", -0.6876, 0, 0, 1)]
    [InlineData("good ! ! !", 0.5826, 0.557, 0.443, 0)]
    [InlineData("!good!", 0.5399, 1, 0, 0)]
    public void Exclamation_marks_up_to_four(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("good?", 0.4404, 1, 0, 0)]
    [InlineData("good??", 0.504, 1, 0, 0)]
    [InlineData("good???", 0.533, 1, 0, 0)]
    [InlineData("good????", 0.594, 1, 0, 0)]
    [InlineData("bad??", -0.594, 0, 0, 1)]
    [InlineData("bad?????", -0.6662, 0, 0, 1)]
    [InlineData("is it? good?", 0.504, 0.62, 0.38, 0)]
    public void Question_marks_from_two_on(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("good?!", 0.4926, 1, 0, 0)]
    [InlineData("good!?!?", 0.5919, 1, 0, 0)]
    [InlineData("bad?!?!?!?!", -0.7669, 0, 0, 1)]
    [InlineData("what?! no!", 0, 0, 1, 0)]
    public void Both(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("table!!!", 0, 0, 1, 0)]
    [InlineData("good bad!!!", -0.3561, 0.399, 0, 0.601)]
    [InlineData("!!!", 0, 0, 1, 0)]
    [InlineData("???", 0, 0, 1, 0)]
    [InlineData("good sad!!", -0.1984, 0.44, 0, 0.56)]
    [InlineData("nice sad!!!!", -0.3544, 0.396, 0, 0.604)]
    public void Nothing_to_push(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);
}
