namespace SocialSentiment.Vader.Tests;

internal static class Reference
{
    /// <summary>Asserts equality to the last digit: the reference rounds, and so does the analyzer.</summary>
    public static void Expect(string text, double compound, double positive, double neutral, double negative) =>
        Assert.Equal(new VaderScore(compound, positive, neutral, negative), VaderAnalyzer.Default.Analyze(text));
}
