using SocialSentiment.TestModels.Onnx;

namespace SocialSentiment.TestModels.Encoders;

internal static class RobertaNetwork
{
    public static string Logits(EncoderNetwork network, Layers layers)
    {
        var (graph, weights) = (network.Graph, network.Weights);
        var positions = layers.Embedding(Positions(graph, network.InputIds, weights.Config.PadId), weights.Positions);
        var types = layers.Embedding(graph.Mul(network.InputIds, graph.Integer(0)), weights.Types!);
        var words = graph.Add(layers.Embedding(network.InputIds, weights.Words), types);
        var hidden = EncoderBody.Apply(network, layers, graph.Add(words, positions));
        var dense = graph.Tanh(layers.Linear(EncoderBody.First(graph, hidden), weights.Dense));
        return layers.Linear(dense, weights.Classifier);
    }

    /// <summary>Positions count the tokens and start behind the padding's own: this model's peculiarity, inside its graph.</summary>
    private static string Positions(OnnxGraph graph, string ids, int padId)
    {
        var present = graph.Cast(graph.Node("Not", [graph.Equal(ids, graph.Integer(padId))]), OnnxType.Int64);
        var counted = graph.Node("CumSum", [present, graph.Integer(1)]);
        return graph.Add(graph.Mul(counted, present), graph.Integer(padId));
    }
}
