using System.Diagnostics;

namespace SocialSentiment.Bench.Inference;

/// <summary>How much was done, and what it took. Others use the machine too; how much it took of a processor they change less.</summary>
/// <param name="PerSecond">Tokens, padding not counted.</param>
/// <param name="PerCpuSecond">The same for every second that this process had a processor.</param>
internal readonly record struct Pace(double PerSecond, double PerCpuSecond)
{
    public static Beginning Begin() => new(Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);

    internal readonly record struct Beginning(long Timestamp, TimeSpan Cpu)
    {
        public Pace End(double tokens)
            => new(tokens / Stopwatch.GetElapsedTime(Timestamp).TotalSeconds, tokens / (Environment.CpuUsage.TotalTime - Cpu).TotalSeconds);
    }
}
