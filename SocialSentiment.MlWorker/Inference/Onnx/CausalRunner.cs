using Microsoft.ML.OnnxRuntime;
using SocialSentiment.MlWorker.Inference.Batching;

namespace SocialSentiment.MlWorker.Inference.Onnx;

/// <summary>
/// Computes how likely each of a few words is to come next. Words of one token are all read off one run; where a word has
/// several, each word gets a row of its own, with its beginning in it.
/// </summary>
internal sealed class CausalRunner(OnnxNetwork network, CausalPrefix prefix, int[][] words, int padId) : IBatchRunner
{
    private static readonly string[] s_outputs = ["logits"];

    private readonly RunOptions _run = new();
    private readonly bool _takesPositions = network.Session.InputMetadata.ContainsKey("position_ids");
    private readonly bool _takesBranch = network.Session.InputMetadata.ContainsKey(CausalPrefix.UseCache);
    private readonly bool _oneRowEach = words.All(word => word.Length == 1);

    public void Run(Batch batch)
    {
        var perText = _oneRowEach ? 1 : words.Length;
        var rows = batch.Rows * perText;
        var head = prefix.IsCached ? 0 : prefix.Ids.Length;
        var before = prefix.IsCached ? prefix.Ids.Length : 0;
        var length = head + batch.Longest + (_oneRowEach ? 0 : words.Max(word => word.Length) - 1);

        var ids = new long[rows * length];
        var positions = new long[rows * length];
        var mask = new long[rows * (before + length)];
        Array.Fill(ids, padId);
        for (var row = 0; row < rows; row++)
        {
            var write = row * length;
            var text = batch.Ids(row / perText);
            foreach (var id in head > 0 ? prefix.Ids : [])
            {
                ids[write++] = id;
            }

            foreach (var id in text)
            {
                ids[write++] = id;
            }

            foreach (var id in _oneRowEach ? [] : words[row % perText].AsSpan(0, words[row % perText].Length - 1))
            {
                ids[write++] = id;
            }

            var used = write - (row * length);
            mask.AsSpan(row * (before + length), before + used).Fill(1);
            for (var i = 0; i < length; i++)
            {
                positions[(row * length) + i] = before + Math.Min(i, used - 1);
            }
        }

        using var logits = Compute(ids, positions, mask, rows, length, before);
        var numbers = logits.GetTensorDataAsSpan<float>();
        if (logits.GetTensorTypeAndShape().Shape is not [_, var given, _] || given != length)
        {
            throw new ModelException(ModelError.Failed, $"{network.Name} gives no logits for each position; only for all of them can words be compared.");
        }

        var vocabulary = numbers.Length / (rows * length);
        for (var text = 0; text < batch.Rows; text++)
        {
            // What comes after the last token of the prompt.
            var last = head + batch.Ids(text).Length - 1;
            var output = batch.Output(text);
            for (var word = 0; word < words.Length; word++)
            {
                var row = (text * perText) + (_oneRowEach ? 0 : word);
                var likelihood = 0.0;
                for (var i = 0; i < words[word].Length; i++)
                {
                    likelihood += LogProbability(numbers.Slice(((row * length) + last + i) * vocabulary, vocabulary), words[word][i]);
                }

                output[word] = (float)likelihood;
            }
        }
    }

    public void Terminate() => _run.Terminate = true;

    public void Dispose() => _run.Dispose();

    private OrtValue Compute(long[] ids, long[] positions, long[] mask, int rows, int length, int before)
    {
        using var idsValue = OrtValue.CreateTensorValueFromMemory(ids, [rows, length]);
        using var positionsValue = OrtValue.CreateTensorValueFromMemory(positions, [rows, length]);
        using var maskValue = OrtValue.CreateTensorValueFromMemory(mask, [rows, before + length]);
        using var branch = OrtValue.CreateTensorValueFromMemory([prefix.IsCached], [1]);
        var inputs = new Dictionary<string, OrtValue> { ["input_ids"] = idsValue, ["attention_mask"] = maskValue };
        if (_takesPositions)
        {
            inputs["position_ids"] = positionsValue;
        }

        if (_takesBranch)
        {
            inputs[CausalPrefix.UseCache] = branch;
        }

        foreach (var (name, value) in prefix.Values(rows))
        {
            inputs[name] = value;
        }

        _run.Terminate = false;
        try
        {
            // Owned by the caller; the list that it comes in holds nothing else.
            return network.Session.Run(_run, inputs, s_outputs)[0];
        }
        catch (OnnxRuntimeException error)
        {
            throw new ModelException(ModelError.Failed, $"{network.Name} failed: {error.Message}", error);
        }
    }

    private static double LogProbability(ReadOnlySpan<float> logits, int token)
    {
        var highest = float.NegativeInfinity;
        foreach (var logit in logits)
        {
            highest = Math.Max(highest, logit);
        }

        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - highest);
        }

        return logits[token] - highest - Math.Log(sum);
    }
}
