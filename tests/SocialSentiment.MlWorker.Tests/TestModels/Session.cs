using Microsoft.ML.OnnxRuntime;
using SocialSentiment.TestModels.Onnx;

namespace SocialSentiment.MlWorker.Tests.TestModels;

/// <summary>ONNX Runtime over one test model, on one thread.</summary>
internal sealed class Session : IDisposable
{
    private readonly InferenceSession _session;

    public Session(OnnxModel model)
        : this(model.ToArray())
    {
    }

    public Session(byte[] model)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        _session = new InferenceSession(model, options);
    }

    public IReadOnlyList<string> Inputs => _session.InputNames;

    public IReadOnlyList<string> Outputs => _session.OutputNames;

    public void Dispose() => _session.Dispose();

    /// <summary>Everything that a model answers, in the order of its outputs.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Run(IReadOnlyDictionary<string, OrtValue> inputs)
    {
        using var options = new RunOptions();
        return _session.Run(options, inputs, _session.OutputNames);
    }

    /// <summary>The logits of a classifier, row by row, and their shape.</summary>
    public (float[] Values, long[] Shape) Logits(EncoderBatch batch, RunOptions? options = null)
    {
        using var ids = OrtValue.CreateTensorValueFromMemory(batch.Ids, batch.Shape);
        using var mask = OrtValue.CreateTensorValueFromMemory(batch.Mask, batch.Shape);
        using var types = OrtValue.CreateTensorValueFromMemory(batch.Types, batch.Shape);
        Dictionary<string, OrtValue> inputs = new() { ["input_ids"] = ids, ["attention_mask"] = mask };
        if (_session.InputNames.Contains("token_type_ids"))
        {
            inputs["token_type_ids"] = types;
        }

        using var own = new RunOptions();
        using var results = _session.Run(options ?? own, inputs, ["logits"]);
        return (results[0].GetTensorDataAsSpan<float>().ToArray(), results[0].GetTensorTypeAndShape().Shape);
    }
}
