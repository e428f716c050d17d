namespace SocialSentiment.Vader.Tests;

public sealed class AllocationTests
{
    private static readonly string[] s_texts =
    [
        "",
        "The soup was VERY good, but the service isn't what it was!!! :)",
        "😀 love 💔 👨‍👩‍👧 汉字 \ud83d",
        string.Concat(Enumerable.Repeat("not a good day, but a kind of nice 😀 ", 130)),
    ];

    [Fact]
    public void A_call_allocates_nothing_once_its_thread_is_warm()
    {
        AnalyzeAll();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            AnalyzeAll();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void AnalyzeAll()
    {
        foreach (var text in s_texts)
        {
            VaderAnalyzer.Default.Analyze(text);
        }
    }
}
