using SocialSentiment.TestModels.Onnx;
using SocialSentiment.TestModels.Weights;

namespace SocialSentiment.TestModels.Gpt2;

/// <summary>A language model as a graph; its three forms differ in where the past comes from.</summary>
internal sealed class Gpt2Network
{
    private const string Batch = "batch_size";
    private const string Sequence = "sequence_length";
    private const string Past = "past_sequence_length";
    private const string Total = "past_sequence_length + sequence_length";

    private readonly OnnxGraph _graph = new("main_graph");
    private readonly Gpt2Weights _weights;
    private readonly Precision _precision;
    private readonly string _ids;
    private readonly string _mask;
    private readonly string? _positions;
    private readonly string[] _past = [];

    private Gpt2Network(Gpt2Weights weights, Precision precision, Gpt2Form form)
    {
        (_weights, _precision) = (weights, precision);
        _ids = _graph.Input("input_ids", OnnxType.Int64, Batch, Sequence);
        _mask = _graph.Input("attention_mask", OnnxType.Int64, Batch, form == Gpt2Form.Decoder ? Sequence : Total);
        _positions = weights.Config.PositionIds ? _graph.Input("position_ids", OnnxType.Int64, Batch, Sequence) : null;
        if (form != Gpt2Form.Decoder)
        {
            _past = [.. CacheNames("past_key_values").Select(name => _graph.Input(name, OnnxType.Float, CacheShape(Past)))];
        }
    }

    /// <param name="spoil">Makes other logits, given the graph, the ids and the logits.</param>
    public static OnnxModel Model(Gpt2Weights weights, Gpt2Form form, Precision precision = Precision.Full, Func<OnnxGraph, string, string, string>? spoil = null)
    {
        var network = new Gpt2Network(weights, precision, form);
        var results = form == Gpt2Form.Merged ? network.Merged() : network.Apply(network._graph, network._past);
        results[0] = spoil?.Invoke(network._graph, network._ids, results[0]) ?? results[0];
        network.Give(network._graph, "", results, form == Gpt2Form.Decoder ? Sequence : Total);
        return new OnnxModel(network._graph);
    }

    /// <summary>One graph for both: which branch runs is an input, and the weights lie outside of the branches.</summary>
    private string[] Merged()
    {
        var useCache = _graph.Input("use_cache_branch", OnnxType.Boolean, 1);
        OnnxGraph with = new("with_past", _graph), without = new("without_past", _graph);
        Give(with, "with.", Apply(with, _past), Total);
        Give(without, "without.", Apply(without, []), Sequence);
        return _graph.Nodes("If", 1 + _past.Length, [useCache], [NodeSetting.Of("then_branch", with), NodeSetting.Of("else_branch", without)]);
    }

    private void Give(OnnxGraph graph, string prefix, string[] results, string length)
    {
        graph.Output($"{prefix}logits", results[0], OnnxType.Float, Batch, Sequence, _weights.Config.VocabularySize);
        foreach (var (name, value) in CacheNames($"{prefix}present").Zip(results.Skip(1)))
        {
            graph.Output(name, value, OnnxType.Float, CacheShape(length));
        }
    }

    private IEnumerable<string> CacheNames(string prefix)
        => Enumerable.Range(0, _weights.Config.Layers).SelectMany(layer => new[] { $"{prefix}.{layer}.key", $"{prefix}.{layer}.value" });

    private object[] CacheShape(string length) => [Batch, _weights.Config.Heads, length, _weights.Config.HeadWidth];

    /// <summary>The logits, then every layer's keys and values.</summary>
    private string[] Apply(OnnxGraph graph, string[] past)
    {
        var layers = new Layers(graph, _graph, _precision);
        var epsilon = _weights.Config.NormEpsilon;
        var start = past.Length > 0 ? graph.Reshape(graph.Length(past[0], 2)) : graph.Integer(0);
        var end = graph.Add(start, graph.Reshape(graph.Length(_ids, 1)));
        var queries = graph.Node("Range", [start, end, graph.Integer(1)]);
        var bias = Bias(graph, queries, graph.Node("Range", [graph.Integer(0), end, graph.Integer(1)]));

        var x = graph.Add(layers.Embedding(_ids, _weights.Words), layers.Embedding(_positions ?? queries, _weights.Positions));
        graph.Describe(x, OnnxType.Float, Batch, Sequence, _weights.Config.Hidden);
        List<string> cache = [];
        for (var i = 0; i < _weights.Layers.Count; i++)
        {
            var layer = _weights.Layers[i];
            var projected = layers.Linear(layers.Normalize(x, layer.First, epsilon), layer.Attention);
            var (attended, key, value) = Attend(graph, projected, bias, past.Length > 0 ? past.AsSpan(2 * i, 2) : []);
            cache.AddRange(key, value);
            x = graph.Add(x, layers.Linear(attended, layer.AttentionOutput));
            var up = graph.FastGelu(layers.Linear(layers.Normalize(x, layer.Second, epsilon), layer.Up));
            x = graph.Add(x, layers.Linear(up, layer.Down));
        }

        return [layers.Linear(layers.Normalize(x, _weights.FinalNorm, epsilon), _weights.Head), .. cache];
    }

    /// <summary>0 where a position may look, and as little as a float can be where it may not: ahead, and at padding.</summary>
    private string Bias(OnnxGraph graph, string queries, string keys)
    {
        var behind = graph.Node("LessOrEqual", [graph.Unsqueeze(keys, 0), graph.Unsqueeze(queries, 1)]);
        var present = graph.Cast(graph.Unsqueeze(_mask, 1, 2), OnnxType.Boolean);
        return graph.Where(graph.Node("And", [behind, present]), graph.Number(0), graph.Number(float.MinValue));
    }

    private (string Attended, string Key, string Value) Attend(OnnxGraph graph, string projected, string bias, ReadOnlySpan<string> past)
    {
        var config = _weights.Config;
        var (query, key, value) = (Heads(0), Heads(1), Heads(2));
        if (!past.IsEmpty)
        {
            key = graph.Concat(2, past[0], key);
            value = graph.Concat(2, past[1], value);
        }

        var scores = graph.Div(graph.MatMul(query, graph.Transpose(key, 0, 1, 3, 2)), graph.Number(MathF.Sqrt(config.HeadWidth)));
        var seen = graph.MatMul(graph.Softmax(graph.Add(scores, bias)), value);
        return (graph.Reshape(graph.Transpose(seen, 0, 2, 1, 3), 0, 0, config.Hidden), key, value);

        string Heads(int part)
        {
            var rows = graph.Slice(projected, graph.Integers(part * config.Hidden), graph.Integers((part + 1) * config.Hidden), 2);
            return graph.Transpose(graph.Reshape(rows, 0, 0, config.Heads, config.HeadWidth), 0, 2, 1, 3);
        }
    }
}
