using System.Collections.Concurrent;
using System.Diagnostics;

namespace SocialSentiment.Bench.Inference;

/// <summary>Callers of a server who ask again as soon as they have their answer.</summary>
internal static class ClosedLoop
{
    /// <summary>Has them call for a while and measures after a start in which they fall into step.</summary>
    public static async Task<Answers> RunAsync(Server server, string path, IReadOnlyList<byte[]> bodies, int callers, double seconds)
    {
        ConcurrentQueue<double> latencies = [];
        var (next, failed, answered) = (-1, 0, 0);
        using var stop = new CancellationTokenSource();
        Task[] all = [.. Enumerable.Range(0, callers).Select(_ => Task.Run(CallAsync))];
        await Task.Delay(TimeSpan.FromSeconds(seconds / 3));
        latencies.Clear();
        var (before, cpu, started) = (Volatile.Read(ref answered), server.ProcessorTime, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var count = Volatile.Read(ref answered) - before;
        var (took, busy) = (Stopwatch.GetElapsedTime(started).TotalSeconds, (server.ProcessorTime - cpu).TotalSeconds);

        // Those still under way are answered, and counted among the latencies: they may be the long ones.
        await stop.CancelAsync();
        await Task.WhenAll(all);
        return new Answers(count / took, count / busy, latencies, failed);

        async Task CallAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                var asked = Stopwatch.GetTimestamp();
                if (await server.AskAsync(path, bodies[(int)((uint)Interlocked.Increment(ref next) % (uint)bodies.Count)], CancellationToken.None))
                {
                    Interlocked.Increment(ref answered);
                    latencies.Enqueue(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                }
                else
                {
                    Interlocked.Increment(ref failed);
                }
            }
        }
    }
}

/// <param name="PerSecond">Requests that were answered.</param>
/// <param name="PerCpuSecond">The same for every second that the server had a processor: what else the machine does changes it less.</param>
/// <param name="Latencies">In milliseconds.</param>
internal sealed record Answers(double PerSecond, double PerCpuSecond, IReadOnlyCollection<double> Latencies, int Failed);
