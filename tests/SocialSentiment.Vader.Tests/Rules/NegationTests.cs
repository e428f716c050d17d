namespace SocialSentiment.Vader.Tests.Rules;

/// <summary>Words that turn a rating around. Every score is what the Python reference answers.</summary>
public sealed class NegationTests
{
    [Theory]
    [InlineData("not good", -0.3412, 0, 0.294, 0.706)]
    [InlineData("not a good idea", -0.3412, 0, 0.555, 0.445)]
    [InlineData("not such a good idea", -0.3412, 0, 0.624, 0.376)]
    [InlineData("not at all a good idea", 0.4404, 0.367, 0.633, 0)]
    [InlineData("never good", -0.3412, 0, 0.294, 0.706)]
    [InlineData("hardly ever a good idea", 0.3892, 0.397, 0.603, 0)]
    [InlineData("nothing is funny here", -0.3412, 0, 0.555, 0.445)]
    [InlineData("Not bad", 0.431, 0.74, 0.26, 0)]
    public void Up_to_three_words_before(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("it isn't good", -0.3412, 0, 0.454, 0.546)]
    [InlineData("it isnt good", -0.3412, 0, 0.454, 0.546)]
    [InlineData("it isn’t good", 0.4404, 0.592, 0.408, 0)]
    [InlineData("IT ISN'T good", -0.3412, 0, 0.454, 0.546)]
    [InlineData("they shouldn't've won", -0.4585, 0, 0.4, 0.6)]
    [InlineData("xn'tx good", -0.3412, 0, 0.294, 0.706)]
    public void With_and_without_an_apostrophe(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("not never good", 0.2594, 0.505, 0.495, 0)]
    [InlineData("it isn't not good", 0.2594, 0.405, 0.595, 0)]
    [InlineData("never not without good", -0.195, 0, 0.629, 0.371)]
    [InlineData("I don't think nobody isn't happy", -0.4585, 0, 0.625, 0.375)]
    public void Each_in_reach_turns_it_around(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("never so good", 0.5777, 0.652, 0.348, 0)]
    [InlineData("never this good a day", 0.5228, 0.458, 0.542, 0)]
    [InlineData("never was so good", 0.5777, 0.555, 0.445, 0)]
    [InlineData("never so very good", 0.6236, 0.577, 0.423, 0)]
    [InlineData("it is so much good", 0.4902, 0.443, 0.557, 0)]
    [InlineData("this was really good", 0.4927, 0.516, 0.484, 0)]
    [InlineData("you never this happy bunch", 0.7366, 0.566, 0.434, 0)]
    [InlineData("never ever so happy", 0.6948, 0.612, 0.388, 0)]
    public void Never_so_praises(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("without doubt good", 0.6136, 0.834, 0.166, 0)]
    [InlineData("without a doubt good", 0.6136, 0.715, 0.285, 0)]
    [InlineData("without doubt a good one", 0.6136, 0.625, 0.375, 0)]
    [InlineData("without any good", -0.3412, 0, 0.454, 0.546)]
    [InlineData("without much help", -0.3089, 0, 0.47, 0.53)]
    [InlineData("without doubt doubt good", 0.3632, 0.589, 0.118, 0.294)]
    [InlineData("doubt without good", -0.6002, 0, 0.169, 0.831)]
    public void Without_doubt_does_not_negate(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("no", -0.296, 0, 0, 1)]
    [InlineData("no good", -0.3412, 0, 0.294, 0.706)]
    [InlineData("no fun at all", -0.4023, 0, 0.526, 0.474)]
    [InlineData("no real fun", -0.5996, 0, 0.169, 0.831)]
    [InlineData("no sad or happy faces", -0.1139, 0.299, 0.351, 0.351)]
    [InlineData("no joy nor great love", -0.5779, 0.242, 0.18, 0.578)]
    [InlineData("no big and happy family", 0.3612, 0.416, 0.337, 0.247)]
    [InlineData("NO good", -0.4835, 0, 0, 1)]
    [InlineData("no no good", -0.1326, 0.357, 0.189, 0.454)]
    [InlineData("no no no", 0.4168, 0.791, 0.209, 0)]
    [InlineData("good no", 0.1779, 0.569, 0, 0.431)]
    [InlineData("no table", -0.296, 0, 0.312, 0.688)]
    public void No_before_a_rated_word(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("least good", -0.3412, 0, 0.294, 0.706)]
    [InlineData("the least good", -0.3412, 0, 0.454, 0.546)]
    [InlineData("at least good", 0.4404, 0.592, 0.408, 0)]
    [InlineData("the very least good", 0.4902, 0.514, 0.486, 0)]
    [InlineData("at LEAST good food", 0.4404, 0.492, 0.508, 0)]
    [InlineData("least of all good", 0.4404, 0.492, 0.508, 0)]
    [InlineData("At least it was good", 0.4404, 0.42, 0.58, 0)]
    public void Least(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("not pretty good", -0.6167, 0, 0.166, 0.834)]
    [InlineData("nor terribly good", 0.1326, 0.462, 0.158, 0.38)]
    [InlineData("least great good", -0.1012, 0.403, 0.139, 0.458)]
    public void A_rated_word_between_hides_the_word_before_it(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("rarely good", -0.3412, 0, 0.294, 0.706)]
    [InlineData("seldom funny", -0.3412, 0, 0.294, 0.706)]
    [InlineData("despite the love", -0.5216, 0, 0.373, 0.627)]
    public void Rarely_seldom_despite(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);
}
