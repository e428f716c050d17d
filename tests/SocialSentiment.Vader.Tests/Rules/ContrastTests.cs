namespace SocialSentiment.Vader.Tests.Rules;

/// <summary>"But". Every score is what the Python reference answers.</summary>
public sealed class ContrastTests
{
    [Theory]
    [InlineData("good start but bad end", -0.5859, 0.201, 0.309, 0.49)]
    [InlineData("bad start but good end", 0.3818, 0.423, 0.33, 0.247)]
    [InlineData("good food, but the service was awful and rude", -0.7935, 0.122, 0.376, 0.502)]
    [InlineData("But good", 0.5927, 0.794, 0.206, 0)]
    [InlineData("good but", 0.2382, 0.661, 0.339, 0)]
    [InlineData("BUT it was good", 0.5927, 0.562, 0.438, 0)]
    public void What_follows_counts_more(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("good but bad but great", 0.431, 0.53, 0.139, 0.331)]
    [InlineData("sad but nice but sad but nice", 0.296, 0.446, 0.181, 0.373)]
    public void Only_the_first_one_counts(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("good good but good", 0.775, 0.886, 0.114, 0)]
    [InlineData("good but good", 0.7003, 0.853, 0.147, 0)]
    [InlineData("good but good good good", 0.926, 0.931, 0.069, 0)]
    [InlineData("good bad good but bad good bad", -0.7184, 0.378, 0.049, 0.573)]
    [InlineData("nice but nice nice but nice", 0.9186, 0.867, 0.133, 0)]
    [InlineData("great but table great", 0.8481, 0.804, 0.196, 0)]
    [InlineData("good good good good but good good", 0.926, 0.939, 0.061, 0)]
    public void Equal_valences_are_taken_for_each_other(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("good butt bad", -0.1531, 0.392, 0.135, 0.473)]
    [InlineData("good but, bad", -0.5859, 0.253, 0.13, 0.617)]
    [InlineData("good \"but\" bad", -0.5859, 0.253, 0.13, 0.617)]
    [InlineData("good, but... bad", -0.5859, 0.253, 0.13, 0.617)]
    [InlineData("good b-u-t bad", -0.1531, 0.392, 0.135, 0.473)]
    public void Only_the_bare_word(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);
}
