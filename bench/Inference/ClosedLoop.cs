using System.Collections.Concurrent;
using System.Diagnostics;

namespace SocialSentiment.Bench.Inference;

/// <summary>Callers of a server who ask again as soon as they have their answer.</summary>
internal static class ClosedLoop
{
    /// <summary>Requests answered within the time, per second, and what each of them took in milliseconds.</summary>
    public static async Task<(double PerSecond, IReadOnlyCollection<double> Latencies, int Failed)> RunAsync(
        Server server, string path, IReadOnlyList<byte[]> bodies, int callers, double seconds)
    {
        ConcurrentQueue<double> latencies = [];
        var (next, failed) = (-1, 0);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(CallAsync)));
        return (latencies.Count / seconds, latencies, failed);

        async Task CallAsync()
        {
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
            {
                var asked = Stopwatch.GetTimestamp();
                var answered = await server.AskAsync(path, bodies[(int)((uint)Interlocked.Increment(ref next) % (uint)bodies.Count)], CancellationToken.None);
                if (!answered)
                {
                    Interlocked.Increment(ref failed);
                }
                else if (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
                {
                    latencies.Enqueue(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                }
            }
        }
    }
}
