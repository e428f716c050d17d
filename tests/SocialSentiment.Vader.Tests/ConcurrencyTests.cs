namespace SocialSentiment.Vader.Tests;

public sealed class ConcurrencyTests
{
    [Fact]
    public void Many_threads_get_the_scores_that_one_gets()
    {
        string[] texts =
        [
            "good", "not good", "a VERY good day!!!", "good but bad", "😀 or 💔", "table", "",
            "a much longer text that is sad, but not without doubt the shit, nor kind of nice :(",
        ];
        var expected = Array.ConvertAll(texts, text => VaderAnalyzer.Default.Analyze(text));

        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            Assert.Equal(expected[i % texts.Length], VaderAnalyzer.Default.Analyze(texts[i % texts.Length])));
    }

    [Fact]
    public void A_huge_text_leaves_the_next_one_unharmed()
    {
        var huge = string.Concat(Enumerable.Repeat("plain 🚗 ", 10_000)) + "not good";

        Reference.Expect(huge, -0.3412, 0, 1, 0);
        Reference.Expect("not good", -0.3412, 0, 0.294, 0.706);
    }
}
