using SocialSentiment.TestModels.Onnx;
using SocialSentiment.TestModels.Weights;

namespace SocialSentiment.TestModels.Encoders;

/// <summary>A text classifier as a graph, up to its logits; how these leave the graph is left to the caller.</summary>
internal sealed class EncoderNetwork
{
    internal const string Batch = "batch_size";
    internal const string Sequence = "sequence_length";

    private EncoderNetwork(OnnxGraph graph, EncoderWeights weights, Precision precision, string inputPrefix)
    {
        Graph = graph;
        Weights = weights;
        InputIds = Input("input_ids");
        AttentionMask = Input("attention_mask");
        var layers = new Layers(graph, precision);
        Logits = weights.Config.Kind switch
        {
            EncoderKind.Bert => BertNetwork.Logits(this, layers, Input("token_type_ids")),
            EncoderKind.DistilBert => DistilBertNetwork.Logits(this, layers),
            _ => RobertaNetwork.Logits(this, layers),
        };

        string Input(string name) => graph.Input(inputPrefix + name, OnnxType.Int64, Batch, Sequence);
    }

    public OnnxGraph Graph { get; }

    public EncoderWeights Weights { get; }

    public string InputIds { get; }

    public string AttentionMask { get; }

    public string Logits { get; }

    /// <param name="inputPrefix">Stands before the names that everybody expects, to make a network that nobody knows how to ask.</param>
    public static EncoderNetwork Build(EncoderWeights weights, Precision precision = Precision.Full, string inputPrefix = "")
        => new(new OnnxGraph("main_graph"), weights, precision, inputPrefix);

    /// <summary>The model with the output that everybody expects.</summary>
    public static OnnxModel Model(EncoderWeights weights, Precision precision = Precision.Full)
    {
        var network = Build(weights, precision);
        return network.Finish(network.Logits);
    }

    /// <summary>The model with something else for logits.</summary>
    public OnnxModel Finish(string logits, params IReadOnlyList<string> domains)
    {
        Graph.Output("logits", logits, OnnxType.Float, Batch, Weights.Config.Labels.Count);
        return new OnnxModel(Graph, domains);
    }
}
