using System.Diagnostics;

namespace SocialSentiment.EndToEnd.Running;

/// <summary>Waits for a condition that has no event to await: looks again and again until it holds or time is up.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(150);

    /// <param name="lastWords">What helps to understand why it never held.</param>
    public static async Task HoldsAsync(string what, TimeSpan within, Func<Task<bool>> condition, Func<string>? lastWords = null)
    {
        var clock = Stopwatch.StartNew();
        Exception? last = null;
        while (clock.Elapsed < within)
        {
            try
            {
                if (await condition())
                {
                    return;
                }

                last = null;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or IOException)
            {
                last = exception;
            }

            await Task.Delay(s_pause, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"{what}: not within {within.TotalSeconds:0} s.{(last is null ? "" : $" Last error: {last.Message}")}{(lastWords is null ? "" : $"\n{lastWords()}")}");
    }

    public static Task HoldsAsync(string what, TimeSpan within, Func<bool> condition) =>
        HoldsAsync(what, within, () => Task.FromResult(condition()));
}
