using System.Diagnostics;

namespace SocialSentiment.Testing;

public static class Eventually
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks again and again until the answer is accepted, and returns it; gives up after a minute with the last answer.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T>> ask, Func<T, bool> accept, CancellationToken cancellationToken)
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            var answer = await ask();
            if (accept(answer))
            {
                return answer;
            }

            if (Stopwatch.GetElapsedTime(started) > s_patience)
            {
                throw new TimeoutException($"After {s_patience} the answer is still: {answer}");
            }

            await Task.Delay(s_interval, cancellationToken);
        }
    }

    public static Task TrueAsync(Func<Task<bool>> ask, CancellationToken cancellationToken)
        => GetAsync(ask, answer => answer, cancellationToken);
}
