using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace SocialSentiment.MlWorker.Inference.Onnx;

/// <summary>A network in memory. Any number of threads may compute with it at once.</summary>
internal sealed class OnnxNetwork : IDisposable
{
    private OnnxNetwork(InferenceSession session, string name)
    {
        Session = session;
        Name = name;
    }

    public InferenceSession Session { get; }

    /// <summary>For error messages: the file's name.</summary>
    public string Name { get; }

    /// <param name="threads">That compute one batch together.</param>
    public static OnnxNetwork Load(string path, int threads, ComputeDevice device, ILogger logger)
    {
        var name = Path.GetFileName(path);
        using var session = new Microsoft.ML.OnnxRuntime.SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,

            // Plans of memory use are kept for every shape that was ever seen, and texts come in hundreds of shapes.
            EnableMemoryPattern = false,

            // What goes wrong comes as an exception, and need not be said twice.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };

        // Threads that wait by spinning are quick to help each other within a batch. After it they would take the cores from
        // those who have work.
        session.AddSessionConfigEntry("session.force_spinning_stop", "1");

        // Numbers too small to matter are slow to compute with.
        session.AddSessionConfigEntry("session.set_denormal_as_zero", "1");
        device.Configure(session, logger);
        try
        {
            return new OnnxNetwork(new InferenceSession(path, session), name);
        }
        catch (OnnxRuntimeException error)
        {
            throw new ModelException(ModelError.Unusable, $"{name} is not a network that ONNX Runtime can load: {error.Message}", error);
        }
    }

    /// <summary>Refuses a network that does not take what will be given to it.</summary>
    public void RequireInputs(IReadOnlyCollection<string> required, Func<string, bool> optional)
    {
        var inputs = Session.InputMetadata;
        var missing = required.Where(input => !inputs.ContainsKey(input)).ToList();
        var unknown = inputs.Keys.Where(input => !required.Contains(input) && !optional(input)).ToList();
        if (missing.Count > 0 || unknown.Count > 0)
        {
            throw new ModelException(
                ModelError.Unusable,
                $"{Name} does not take the inputs of a text model: it has {string.Join(", ", inputs.Keys)}; "
                + (missing.Count > 0 ? $"{string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} missing." : $"{string.Join(", ", unknown)} {(unknown.Count == 1 ? "is" : "are")} unknown."));
        }

        foreach (var (input, data) in inputs)
        {
            if (data.IsTensor && input is "input_ids" or "attention_mask" or "token_type_ids" or "position_ids" && data.ElementDataType != TensorElementType.Int64)
            {
                throw new ModelException(ModelError.Unusable, $"{Name} takes {input} as {data.ElementDataType}; only Int64 is supported.");
            }
        }
    }

    /// <summary>Refuses a network without <c>logits</c>, or with others than <paramref name="last"/> of them at the end.</summary>
    public void RequireLogits(int rank, int? last)
    {
        if (!Session.OutputMetadata.TryGetValue("logits", out var logits))
        {
            throw new ModelException(ModelError.Unusable, $"{Name} has no output named logits: it has {string.Join(", ", Session.OutputMetadata.Keys)}.");
        }

        var shape = logits.Dimensions;
        if (logits.ElementDataType != TensorElementType.Float)
        {
            throw new ModelException(ModelError.Unusable, $"{Name} gives its logits as {logits.ElementDataType}; only Float is supported.");
        }

        if (shape.Length != rank || (last is { } wanted && shape[^1] > 0 && shape[^1] != wanted))
        {
            throw new ModelException(
                ModelError.Unusable,
                $"{Name} gives logits of the wrong shape, [{string.Join(", ", shape.Select(size => size < 0 ? "?" : $"{size}"))}]"
                + (last is { } labels ? $"; its configuration names {labels} labels." : "."));
        }
    }

    public void Dispose() => Session.Dispose();
}
