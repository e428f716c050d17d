using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace SocialSentiment.Bench.Inference;

/// <summary>The runtime with nothing around it: what the processor can do at most.</summary>
internal sealed class BareSession : IDisposable
{
    private static readonly string[] s_inputs = ["input_ids", "attention_mask"];
    private static readonly string[] s_outputs = ["logits"];

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();


    public BareSession(string path, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };

        // Its threads spin within a run, and not on into what is measured after it.
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        _session = new InferenceSession(path, options);
    }

    public void Run(PaddedBatch batch)
    {
        long[] shape = [batch.Rows, batch.Length];
        using var ids = OrtValue.CreateTensorValueFromMemory(batch.Ids, shape);
        using var mask = OrtValue.CreateTensorValueFromMemory(batch.Mask, shape);
        using var outputs = _session.Run(_options, s_inputs, [ids, mask], s_outputs);
    }

    /// <summary>Tokens per second, padding not counted, of as many loops at once.</summary>
    public Pace Saturate(IReadOnlyList<PaddedBatch> batches, int loops, double seconds)
    {
        Run(batches[0]);
        var next = -1;
        var tokens = 0L;
        var started = Stopwatch.GetTimestamp();
        var beginning = Pace.Begin();
        Thread[] threads = [.. Enumerable.Range(0, loops).Select(_ => new Thread(() =>
        {
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
            {
                var batch = batches[Interlocked.Increment(ref next) % batches.Count];
                Run(batch);
                Interlocked.Add(ref tokens, batch.Tokens);
            }
        }))];
        foreach (var thread in threads)
        {
            thread.Start();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }

        return beginning.End(tokens);
    }

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }
}
