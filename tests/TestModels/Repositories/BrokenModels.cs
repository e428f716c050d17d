using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Gpt2;
using SocialSentiment.TestModels.Onnx;

namespace SocialSentiment.TestModels.Repositories;

/// <summary>
/// Networks that go wrong in one way each. Those that take a trigger go wrong only where a text has that token;
/// without it, always. Save them over the good network of a test repository.
/// </summary>
public static class BrokenModels
{
    /// <summary>Answers NaN for the rows that have the trigger.</summary>
    public static OnnxModel NotANumber(EncoderWeights weights, int? trigger = null)
    {
        var network = EncoderNetwork.Build(weights);
        var graph = network.Graph;
        return network.Finish(graph.Where(Triggered(network, trigger), graph.Number(float.NaN), network.Logits));
    }

    /// <summary>Answers for twice as many labels as the configuration names, and says so.</summary>
    public static OnnxModel TooManyLabels(EncoderWeights weights)
    {
        var network = EncoderNetwork.Build(weights);
        var graph = network.Graph;
        graph.Output("logits", graph.Concat(1, network.Logits, network.Logits), OnnxType.Float, EncoderNetwork.Batch, 2 * weights.Config.Labels.Count);
        return new OnnxModel(graph);
    }

    /// <summary>The same, but nobody can know before it has run.</summary>
    public static OnnxModel TooManyLabelsUnannounced(EncoderWeights weights)
    {
        var network = EncoderNetwork.Build(weights);
        var graph = network.Graph;
        var two = graph.Add(graph.Node("ReduceMax", [network.AttentionMask], NodeSetting.Of("keepdims", 0L)), graph.Integer(1));
        var repeats = graph.Concat(0, graph.Integers(1), graph.Node("Unsqueeze", [two, graph.Integers(0)]));
        graph.Output("logits", graph.Node("Tile", [network.Logits, repeats]), OnnxType.Float, EncoderNetwork.Batch, "num_labels");
        return new OnnxModel(graph);
    }

    /// <summary>Answers with three dimensions, as a network without a classification head does.</summary>
    public static OnnxModel ThreeDimensions(EncoderWeights weights)
    {
        var network = EncoderNetwork.Build(weights);
        var graph = network.Graph;
        graph.Output("logits", graph.Unsqueeze(network.Logits, 1), OnnxType.Float, EncoderNetwork.Batch, 1, weights.Config.Labels.Count);
        return new OnnxModel(graph);
    }

    /// <summary>Does not come back until it is told to end (<c>RunOptions.Terminate</c>), when any text of the batch has the trigger.</summary>
    public static OnnxModel Hanging(EncoderWeights weights, int? trigger = null)
    {
        var network = EncoderNetwork.Build(weights);
        var graph = network.Graph;
        var any = graph.Node("ReduceMax", [graph.Cast(Triggered(network, trigger), OnnxType.Int32)], NodeSetting.Of("keepdims", 0L));
        return network.Finish(graph.Add(network.Logits, Zero(graph, long.MaxValue, graph.Cast(any, OnnxType.Boolean))));
    }

    /// <summary>Answers rightly, but takes its time: about half a microsecond for every round.</summary>
    public static OnnxModel Slow(EncoderWeights weights, long rounds)
    {
        var network = EncoderNetwork.Build(weights);
        var graph = network.Graph;
        return network.Finish(graph.Add(network.Logits, Zero(graph, rounds, graph.Truth(true))));
    }

    /// <summary>A download that ended too soon.</summary>
    public static byte[] Truncated(EncoderWeights weights)
    {
        var model = EncoderNetwork.Model(weights).ToArray();
        return model[..(model.Length / 2)];
    }

    /// <summary>No model at all: an error page in the place of one.</summary>
    public static byte[] Garbage() => "<!doctype html><html><body>502 Bad Gateway</body></html>"u8.ToArray();

    /// <summary>Calls its inputs what nobody expects.</summary>
    public static OnnxModel WrongInputNames(EncoderWeights weights)
    {
        var network = EncoderNetwork.Build(weights, inputPrefix: "my_");
        return network.Finish(network.Logits);
    }

    /// <summary>Needs an operator that no runtime has.</summary>
    public static OnnxModel UnknownOperator(EncoderWeights weights)
    {
        const string Domain = "example.unknown";
        var network = EncoderNetwork.Build(weights);
        return network.Finish(network.Graph.Nodes("Divine", 1, [network.Logits], [], Domain)[0], Domain);
    }

    /// <summary>Asks for 64 TB per token of the longest text when it runs.</summary>
    public static OnnxModel HugeMemory(EncoderWeights weights)
    {
        var network = EncoderNetwork.Build(weights);
        var graph = network.Graph;

        // The length depends on the input, or it would be asked for when the model is loaded.
        var length = graph.Mul(graph.Length(network.InputIds, 1), graph.Integers(1L << 40));
        var zeros = graph.Node("ConstantOfShape", [graph.Concat(0, length, graph.Integers(16))]);
        return network.Finish(graph.Add(network.Logits, graph.Node("ReduceMax", [zeros], NodeSetting.Of("keepdims", 0L))));
    }

    /// <summary>A language model whose every step takes its time: about half a microsecond for every round.</summary>
    public static OnnxModel SlowSteps(Gpt2Weights weights, long rounds)
        => Gpt2Network.Model(weights, Gpt2Form.DecoderWithPast, spoil: (graph, _, logits) => graph.Add(logits, Zero(graph, rounds, graph.Truth(true))));

    /// <summary>A language model that does not come back until it is told to end, from the step on in which it is given the trigger.</summary>
    public static OnnxModel HangingSteps(Gpt2Weights weights, int trigger)
        => Gpt2Network.Model(
            weights, Gpt2Form.DecoderWithPast, spoil: (graph, ids, logits) => graph.Add(logits, Zero(graph, long.MaxValue, graph.Cast(AnyOf(graph, ids, trigger), OnnxType.Boolean))));

    /// <summary>A language model that answers NaN when it is given the trigger.</summary>
    public static OnnxModel NotANumberSteps(Gpt2Weights weights, int trigger)
        => Gpt2Network.Model(
            weights, Gpt2Form.DecoderWithPast, spoil: (graph, ids, logits) => graph.Where(graph.Cast(AnyOf(graph, ids, trigger), OnnxType.Boolean), graph.Number(float.NaN), logits));

    private static string AnyOf(OnnxGraph graph, string ids, int trigger)
        => graph.Node("ReduceMax", [graph.Cast(graph.Equal(ids, graph.Integer(trigger)), OnnxType.Int32)], NodeSetting.Of("keepdims", 0L));

    /// <summary>A row for every text: whether it has the trigger.</summary>
    private static string Triggered(EncoderNetwork network, int? trigger)
    {
        var graph = network.Graph;
        var hits = trigger is { } id
            ? graph.Equal(network.InputIds, graph.Integer(id))
            : graph.Equal(network.InputIds, network.InputIds);
        return graph.Cast(graph.Node("ReduceMax", [graph.Cast(hits, OnnxType.Int32)], NodeSetting.Of("axes", [1L])), OnnxType.Boolean);
    }

    /// <summary>0, after so many rounds of a loop; no optimizer sees that the sine of 0 stays 0.</summary>
    private static string Zero(OnnxGraph graph, long rounds, string condition)
    {
        var body = new OnnxGraph("body", graph);
        body.Input("round", OnnxType.Int64);
        var going = body.Input("going", OnnxType.Boolean);
        var x = body.Input("x", OnnxType.Float);
        body.Output("goes_on", going, OnnxType.Boolean);
        body.Output("x_next", body.Node("Sin", [x]), OnnxType.Float);
        return graph.Node("Loop", [graph.Integer(rounds), condition, graph.Number(0)], NodeSetting.Of("body", body));
    }
}
