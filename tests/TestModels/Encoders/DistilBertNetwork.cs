using SocialSentiment.TestModels.Onnx;

namespace SocialSentiment.TestModels.Encoders;

internal static class DistilBertNetwork
{
    public static string Logits(EncoderNetwork network, Layers layers)
    {
        var (graph, weights) = (network.Graph, network.Weights);
        var positions = layers.Embedding(EncoderBody.Positions(graph, network.InputIds), weights.Positions);
        var hidden = EncoderBody.Apply(network, layers, graph.Add(layers.Embedding(network.InputIds, weights.Words), positions));
        var dense = graph.Relu(layers.Linear(EncoderBody.First(graph, hidden), weights.Dense));
        return layers.Linear(dense, weights.Classifier);
    }
}
