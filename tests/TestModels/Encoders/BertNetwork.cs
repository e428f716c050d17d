using SocialSentiment.TestModels.Onnx;

namespace SocialSentiment.TestModels.Encoders;

internal static class BertNetwork
{
    public static string Logits(EncoderNetwork network, Layers layers, string tokenTypes)
    {
        var (graph, weights) = (network.Graph, network.Weights);
        var words = graph.Add(layers.Embedding(network.InputIds, weights.Words), layers.Embedding(tokenTypes, weights.Types!));
        var embeddings = graph.Add(words, layers.Embedding(EncoderBody.Positions(graph, network.InputIds), weights.Positions));
        var hidden = EncoderBody.Apply(network, layers, embeddings);
        var pooled = graph.Tanh(layers.Linear(EncoderBody.First(graph, hidden), weights.Dense));
        return layers.Linear(pooled, weights.Classifier);
    }
}
