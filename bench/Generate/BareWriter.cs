using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SocialSentiment.MlWorker.Models.Host;

namespace SocialSentiment.Bench.Generate;

/// <summary>
/// The runtime with as little around it as possible: tokens in, the outputs of a step are the inputs of the next, and the
/// likeliest token of each row is taken. No text, no drawing. It runs at the low priority of the engine's thread.
/// </summary>
internal sealed class BareWriter : IWriter
{
    private static readonly string[] s_common = ["input_ids", "attention_mask", "position_ids", "use_cache_branch"];

    private readonly BenchModel _model;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _past;
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    public BareWriter(BenchModel model, int threads)
    {
        _model = model;
        using var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        _session = new InferenceSession(model.Path, options);
        _past = [.. _session.InputMetadata.Keys.Where(name => name.StartsWith("past", StringComparison.Ordinal))];
        _inputs = [.. s_common.Where(_session.InputMetadata.ContainsKey), .. _past];
        _outputs = ["logits", .. _past.Select(name => name.Replace("past_key_values", "present", StringComparison.Ordinal))];
    }

    public string Name => "bare loop";

    public Task<Timing> WriteAsync(Prompt prompt, int samples, int tokens, int seed) => NativeMemory.RunInBackgroundAsync(() => Write(prompt.Ids, samples, tokens));

    public ValueTask DisposeAsync()
    {
        _session.Dispose();
        _run.Dispose();
        return default;
    }

    private Timing Write(int[] prompt, int samples, int tokens)
    {
        var started = Stopwatch.GetTimestamp();
        long[] ids = [.. Enumerable.Repeat(prompt, samples).SelectMany(row => row).Select(id => (long)id)];
        List<OrtValue> past = [.. _past.Select(name => OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [samples, _model.Heads, 0, _model.HeadWidth]))];
        var (length, first) = (0, 0.0);
        for (var token = 0; token < tokens; token++)
        {
            var count = ids.Length / samples;
            var results = Step(ids, past, samples, count, length);
            length += count;
            past.ForEach(value => value.Dispose());
            ids = Likeliest(results[0].GetTensorDataAsSpan<float>(), samples, count);
            results[0].Dispose();
            past = [.. results.Skip(1)];
            if (token == 0)
            {
                first = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }
        }

        past.ForEach(value => value.Dispose());
        return new Timing(first, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    private IReadOnlyCollection<OrtValue> Run(OrtValue[] values) => _session.Run(_run, _inputs, values, _outputs);

    private List<OrtValue> Step(long[] ids, List<OrtValue> past, int samples, int count, int length)
    {
        long[] shape = [samples, count];
        using var idsValue = OrtValue.CreateTensorValueFromMemory(ids, shape);
        using var mask = OrtValue.CreateTensorValueFromMemory(Enumerable.Repeat(1L, samples * (length + count)).ToArray(), [samples, length + count]);
        using var positions = OrtValue.CreateTensorValueFromMemory(Enumerable.Range(0, samples * count).Select(i => (long)(length + (i % count))).ToArray(), shape);
        using var branch = OrtValue.CreateTensorValueFromMemory([length > 0], [1]);
        var named = new Dictionary<string, OrtValue> { ["input_ids"] = idsValue, ["attention_mask"] = mask, ["position_ids"] = positions, ["use_cache_branch"] = branch };
        return [.. Run([.. _inputs.Take(_inputs.Length - _past.Length).Select(name => named[name]), .. past])];
    }

    private static long[] Likeliest(ReadOnlySpan<float> logits, int samples, int count)
    {
        var vocabulary = logits.Length / (samples * count);
        var next = new long[samples];
        for (var row = 0; row < samples; row++)
        {
            var last = logits.Slice(((row * count) + count - 1) * vocabulary, vocabulary);
            next[row] = last.IndexOf(System.Numerics.Tensors.TensorPrimitives.Max(last));
        }

        return next;
    }
}
