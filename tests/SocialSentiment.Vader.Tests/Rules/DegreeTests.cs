namespace SocialSentiment.Vader.Tests.Rules;

/// <summary>Words that strengthen or dampen. Every score is what the Python reference answers.</summary>
public sealed class DegreeTests
{
    [Theory]
    [InlineData("the soup was good", 0.4404, 0.492, 0.508, 0)]
    [InlineData("the soup was very good", 0.4927, 0.444, 0.556, 0)]
    [InlineData("the soup was really bad", -0.5849, 0, 0.513, 0.487)]
    [InlineData("an incredibly sad day", -0.5256, 0, 0.469, 0.531)]
    public void A_booster_strengthens(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("the soup was slightly good", 0.3832, 0.395, 0.605, 0)]
    [InlineData("the soup was barely good", 0.3832, 0.395, 0.605, 0)]
    [InlineData("a somewhat sad day", -0.4228, 0, 0.517, 0.483)]
    [InlineData("kinda nice place", 0.3626, 0.556, 0.444, 0)]
    [InlineData("a kind-of nice place", 0.3626, 0.455, 0.545, 0)]
    public void A_dampener_weakens(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("so nice", 0.4754, 0.756, 0.244, 0)]
    [InlineData("so terribly nice", -0.2058, 0.386, 0.125, 0.488)]
    [InlineData("so the weather nice", 0.4703, 0.505, 0.495, 0)]
    [InlineData("very big old nice house", 0.4703, 0.434, 0.566, 0)]
    [InlineData("very very very nice", 0.5625, 0.548, 0.452, 0)]
    public void Boosters_fade_with_distance(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("very", 0, 0, 1, 0)]
    [InlineData("extremely so", 0, 0, 1, 0)]
    [InlineData("incredible", 0, 0, 1, 0)]
    [InlineData("most wonderful", 0.6115, 0.8, 0.2, 0)]
    public void A_booster_contributes_nothing_itself(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("a VERY nice dog", 0.5894, 0.561, 0.439, 0)]
    [InlineData("a VERY nasty dog", -0.6834, 0, 0.393, 0.607)]
    [InlineData("a BARELY nice dog", 0.5007, 0.519, 0.481, 0)]
    [InlineData("a VERY big nice dog", 0.5824, 0.486, 0.514, 0)]
    public void A_shouted_booster_counts_more(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("this place is kind of nice", 0.3626, 0.334, 0.666, 0)]
    [InlineData("we had just enough fun", 0.4601, 0.429, 0.571, 0)]
    [InlineData("it was sort of sad to see", -0.5256, 0, 0.639, 0.361)]
    [InlineData("I kind of really love it", 0.6697, 0.473, 0.527, 0)]
    [InlineData("kind of nice", 0.4215, 0.583, 0.417, 0)]
    [InlineData("Kind of you", 0, 0, 1, 0)]
    [InlineData("KIND OF a nice place", 0.4215, 0.412, 0.588, 0)]
    [InlineData("a kind man of honour", 0.7964, 0.703, 0.297, 0)]
    public void Dampening_pairs(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("pretty nice", 0.7184, 1, 0, 0)]
    [InlineData("awful nice", -0.0516, 0.483, 0, 0.517)]
    [InlineData("a great nice day", 0.7845, 0.775, 0.225, 0)]
    public void A_rated_word_is_no_booster_for_the_next(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);
}
