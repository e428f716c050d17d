namespace SocialSentiment.Vader.Tests.Rules;

/// <summary>Phrases. Every score is what the Python reference answers.</summary>
public sealed class IdiomTests
{
    [Theory]
    [InlineData("that party was the shit", -0.2263, 0.29, 0.323, 0.387)]
    [InlineData("that show is the bomb", 0.6124, 0.5, 0.5, 0)]
    [InlineData("he is a real bad ass", 0.6124, 0.556, 0.444, 0)]
    [InlineData("we met at the bus stop", 0, 0, 1, 0)]
    [InlineData("well oh well yeah right", 0.6597, 0.762, 0.238, 0)]
    [InlineData("it is the kiss of death", -0.6124, 0, 0.444, 0.556)]
    [InlineData("her cake is to die for", -0.5994, 0, 0.562, 0.438)]
    [InlineData("with a loud beating heart", 0.8481, 0.732, 0.268, 0)]
    [InlineData("I have got a broken heart", -0.8316, 0, 0.339, 0.661)]
    public void Three_words_in(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("the shit", -0.5574, 0, 0.217, 0.783)]
    [InlineData("the bomb", -0.4939, 0, 0.238, 0.762)]
    [InlineData("bad ass", -0.7906, 0, 0, 1)]
    [InlineData("broken heart", 0.2732, 0.575, 0, 0.425)]
    [InlineData("to die for", -0.5994, 0, 0.339, 0.661)]
    [InlineData("a kiss of death", 0.0772, 0.384, 0.274, 0.342)]
    public void Not_among_the_first_three_words(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("we all know the bomb love it", 0.8402, 0.615, 0.385, 0)]
    [InlineData("wait for the kiss of death", -0.6124, 0, 0.444, 0.556)]
    [InlineData("the kiss of death is bad", -0.4939, 0.237, 0.254, 0.508)]
    [InlineData("they got to die for nothing good", -0.7435, 0, 0.442, 0.558)]
    [InlineData("oh my the shit is good", 0.8402, 0.667, 0.333, 0)]
    [InlineData("yeah right that good", 0.6249, 0.718, 0.282, 0)]
    [InlineData("yeah right it was good", 0.6249, 0.63, 0.37, 0)]
    [InlineData("he said yeah right very good", 0.659, 0.574, 0.426, 0)]
    public void Around_the_rated_word(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("that was not the shit", 0.6124, 0.5, 0.5, 0)]
    [InlineData("this is so totally the bomb", 0.6124, 0.444, 0.556, 0)]
    [InlineData("her cake is really to die for", -0.6344, 0, 0.589, 0.411)]
    [InlineData("it was never to die for", 0.4847, 0.386, 0.614, 0)]
    [InlineData("a kind of bad ass guy", -0.3167, 0.227, 0.412, 0.361)]
    [InlineData("we are just enough bad ass now", 0.529, 0.469, 0.531, 0)]
    public void Negated_or_boosted(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("that party was the \"shit\"!", -0.2942, 0.281, 0.313, 0.406)]
    [InlineData("that party was THE SHIT", -0.3885, 0.269, 0.299, 0.432)]
    [InlineData("that is, kiss of death.", 0.0772, 0.337, 0.361, 0.301)]
    [InlineData("her cake is to-die-for", 0, 0, 1, 0)]
    [InlineData("oh well, yeah, right", 0.5106, 0.683, 0.317, 0)]
    public void Punctuation_and_capitals(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);
}
