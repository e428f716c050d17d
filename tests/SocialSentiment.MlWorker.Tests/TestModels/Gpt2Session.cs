using Microsoft.ML.OnnxRuntime;
using SocialSentiment.TestModels.Gpt2;
using SocialSentiment.TestModels.Onnx;

namespace SocialSentiment.MlWorker.Tests.TestModels;

/// <summary>One form of a language model; every call may go on from what the call before it left.</summary>
internal sealed class Gpt2Session(byte[] model, Gpt2Config config) : IDisposable
{
    private readonly Session _session = new(model);

    public Gpt2Session(OnnxModel model, Gpt2Config config)
        : this(model.ToArray(), config)
    {
    }

    public IReadOnlyList<string> Inputs => _session.Inputs;

    public IReadOnlyList<string> Outputs => _session.Outputs;

    public void Dispose() => _session.Dispose();

    /// <param name="ids">What is new, text by text.</param>
    /// <param name="mask">As long as the past and what is new together.</param>
    /// <param name="positions">Of what is new.</param>
    /// <param name="past">What the last call left, disposed by this one; none: there is no past.</param>
    /// <param name="useCache">For the merged form.</param>
    public Gpt2Answer Run(int[][] ids, int[][] mask, int[][] positions, Gpt2Answer? past = null, bool useCache = false)
    {
        Dictionary<string, OrtValue> inputs = new()
        {
            ["input_ids"] = Tensor(ids),
            ["attention_mask"] = Tensor(mask),
            ["position_ids"] = Tensor(positions),
            ["use_cache_branch"] = OrtValue.CreateTensorValueFromMemory(new[] { useCache }, [1]),
        };
        for (var i = 0; i < 2 * config.Layers; i++)
        {
            // Where there is no past, an exporter's merged model still wants something of the right rank.
            inputs[$"past_key_values.{i / 2}.{(i % 2 == 0 ? "key" : "value")}"] = past?.Cache[i]
                ?? OrtValue.CreateTensorValueFromMemory(new float[ids.Length * config.Hidden], [ids.Length, config.Heads, 1, config.HeadWidth]);
        }

        try
        {
            return new Gpt2Answer(_session.Run(inputs.Where(input => _session.Inputs.Contains(input.Key)).ToDictionary()));
        }
        finally
        {
            foreach (var input in inputs.Values)
            {
                input.Dispose();
            }
        }
    }

    private static OrtValue Tensor(int[][] rows)
        => OrtValue.CreateTensorValueFromMemory([.. rows.SelectMany(row => row).Select(value => (long)value)], [rows.Length, rows[0].Length]);
}

/// <summary>Logits and the cache.</summary>
internal sealed class Gpt2Answer(IReadOnlyList<OrtValue> values)
{
    public long[] Shape { get; } = values[0].GetTensorTypeAndShape().Shape;

    public float[] Logits { get; } = values[0].GetTensorDataAsSpan<float>().ToArray();

    /// <summary>Given on to the next call or left to the finalizer.</summary>
    public IReadOnlyList<OrtValue> Cache { get; } = [.. values.Skip(1)];

    /// <summary>One position's logits.</summary>
    public float[] At(int text, int position) => Logits[(int)(((text * Shape[1]) + position) * Shape[2])..][..(int)Shape[2]];
}
