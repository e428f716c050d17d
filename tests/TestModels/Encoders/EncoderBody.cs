using SocialSentiment.TestModels.Onnx;

namespace SocialSentiment.TestModels.Encoders;

/// <summary>What the three architectures have in common: layers that normalize after adding.</summary>
internal static class EncoderBody
{
    /// <summary>All layers, given the sum of the embeddings.</summary>
    public static string Apply(EncoderNetwork network, Layers layers, string embeddings)
    {
        var (weights, config) = (network.Weights, network.Weights.Config);
        network.Graph.Describe(embeddings, OnnxType.Float, EncoderNetwork.Batch, EncoderNetwork.Sequence, config.Hidden);
        var x = layers.Normalize(embeddings, weights.EmbeddingNorm, config.NormEpsilon);
        var mask = AdditiveMask(network.Graph, network.AttentionMask);
        foreach (var layer in weights.Layers)
        {
            x = Apply(network.Graph, layers, config, layer, x, mask);
        }

        return x;
    }

    /// <summary>The ids' positions 0, 1, 2, ... as a list.</summary>
    public static string Positions(OnnxGraph graph, string ids)
    {
        var length = graph.Gather(graph.Node("Shape", [ids]), graph.Integer(1), 0);
        return graph.Node("Range", [graph.Integer(0), length, graph.Integer(1)]);
    }

    /// <summary>The first token's row of every text.</summary>
    public static string First(OnnxGraph graph, string x) => graph.Gather(x, graph.Integer(0), 1);

    private static string Apply(OnnxGraph graph, Layers layers, EncoderConfig config, EncoderLayer layer, string x, string mask)
    {
        var width = config.Hidden / config.Heads;
        var query = Heads(layers.Linear(x, layer.Query), 0, 2, 1, 3);
        var key = Heads(layers.Linear(x, layer.Key), 0, 2, 3, 1);
        var value = Heads(layers.Linear(x, layer.Value), 0, 2, 1, 3);
        var scores = graph.Div(graph.MatMul(query, key), graph.Number(MathF.Sqrt(width)));
        var seen = graph.MatMul(graph.Softmax(graph.Add(scores, mask)), value);
        var attended = graph.Reshape(graph.Transpose(seen, 0, 2, 1, 3), 0, 0, config.Hidden);

        var middle = layers.Normalize(graph.Add(layers.Linear(attended, layer.AttentionOutput), x), layer.AttentionNorm, config.NormEpsilon);
        var up = graph.Gelu(layers.Linear(middle, layer.Up));
        return layers.Normalize(graph.Add(layers.Linear(up, layer.Down), middle), layer.OutputNorm, config.NormEpsilon);

        string Heads(string rows, params long[] order) => graph.Transpose(graph.Reshape(rows, 0, 0, config.Heads, width), order);
    }

    /// <summary>0 where there is a token, and as little as a float can be where there is none.</summary>
    private static string AdditiveMask(OnnxGraph graph, string mask)
    {
        var present = graph.Cast(graph.Unsqueeze(mask, 1, 2), OnnxType.Float);
        return graph.Mul(graph.Sub(graph.Number(1), present), graph.Number(float.MinValue));
    }
}
