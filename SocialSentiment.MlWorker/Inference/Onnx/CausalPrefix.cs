using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace SocialSentiment.MlWorker.Inference.Onnx;

/// <summary>
/// The beginning that all prompts share, computed once: the keys and values that a language model has at its end. Each
/// batch starts from there. A network that was exported without past inputs reads it anew each time.
/// </summary>
internal sealed class CausalPrefix : IDisposable
{
    public const string Past = "past_key_values.";
    public const string UseCache = "use_cache_branch";

    private readonly Dictionary<string, (float[] Data, long Heads, long Width)> _past;
    private readonly Dictionary<int, Dictionary<string, OrtValue>> _values = [];
    private readonly Lock _lock = new();

    private CausalPrefix(int[] ids, Dictionary<string, (float[] Data, long Heads, long Width)> past)
    {
        Ids = ids;
        _past = past;
    }

    public int[] Ids { get; }

    /// <summary>Whether batches may leave it out.</summary>
    public bool IsCached => _past.Count > 0;

    /// <param name="rows">The most that are computed together.</param>
    public static CausalPrefix Compute(OnnxNetwork network, int[] ids, int rows)
    {
        var inputs = network.Session.InputMetadata;
        var names = inputs.Keys.Where(name => name.StartsWith(Past, StringComparison.Ordinal)).ToList();
        if (names.Count == 0)
        {
            return new CausalPrefix(ids, []);
        }

        var outputs = names.Select(name => $"present.{name[Past.Length..]}").ToList();
        if (outputs.FirstOrDefault(output => !network.Session.OutputMetadata.ContainsKey(output)) is { } missing)
        {
            throw new Inference.ModelException(ModelError.Unusable, $"{network.Name} takes past keys and values and has no output {missing} to get them from.");
        }

        var given = new Dictionary<string, OrtValue>();
        try
        {
            long[] shape = [1, ids.Length];
            given["input_ids"] = OrtValue.CreateTensorValueFromMemory([.. ids.Select(id => (long)id)], shape);
            given["attention_mask"] = OrtValue.CreateTensorValueFromMemory(Enumerable.Repeat(1L, ids.Length).ToArray(), shape);
            if (inputs.ContainsKey("position_ids"))
            {
                given["position_ids"] = OrtValue.CreateTensorValueFromMemory([.. Enumerable.Range(0, ids.Length).Select(i => (long)i)], shape);
            }

            if (inputs.ContainsKey(UseCache))
            {
                given[UseCache] = OrtValue.CreateTensorValueFromMemory(new bool[1], [1]);
            }

            foreach (var name in names)
            {
                var dimensions = inputs[name].Dimensions;
                given[name] = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [1, dimensions[1], 0, dimensions[3]]);
            }

            using var run = new RunOptions();
            using var results = network.Session.Run(run, given, outputs);
            var past = new Dictionary<string, (float[], long, long)>();
            foreach (var (name, result) in names.Zip(results))
            {
                var one = result.GetTensorDataAsSpan<float>();
                var shapeOf = result.GetTensorTypeAndShape().Shape;

                // The same for every row of a batch, and so a smaller batch takes the beginning of it.
                var all = GC.AllocateUninitializedArray<float>(one.Length * rows, pinned: true);
                for (var row = 0; row < rows; row++)
                {
                    one.CopyTo(all.AsSpan(row * one.Length));
                }

                past[name] = (all, shapeOf[1], shapeOf[3]);
            }

            return new CausalPrefix(ids, past);
        }
        catch (OnnxRuntimeException error)
        {
            throw new ModelException(ModelError.Unusable, $"{network.Name} cannot compute the beginning of a prompt: {error.Message}", error);
        }
        finally
        {
            foreach (var value in given.Values)
            {
                value.Dispose();
            }
        }
    }

    /// <summary>The past inputs of a batch of so many rows. They are read by all, and stay this object's.</summary>
    public IReadOnlyDictionary<string, OrtValue> Values(int rows)
    {
        lock (_lock)
        {
            if (!_values.TryGetValue(rows, out var values))
            {
                values = _past.ToDictionary(
                    past => past.Key,
                    past => OrtValue.CreateTensorValueFromMemory(
                        OrtMemoryInfo.DefaultInstance,
                        past.Value.Data.AsMemory(0, (int)(rows * past.Value.Heads * Ids.Length * past.Value.Width)),
                        [rows, past.Value.Heads, Ids.Length, past.Value.Width]));
                _values[rows] = values;
            }

            return values;
        }
    }

    public void Dispose()
    {
        foreach (var value in _values.Values.SelectMany(values => values.Values))
        {
            value.Dispose();
        }
    }
}
