using SocialSentiment.TestModels.Weights;

namespace SocialSentiment.TestModels.Gpt2;

/// <summary>
/// What a language model must answer, computed one number at a time in double precision, without a cache and without ONNX:
/// it shares the weights with the graphs and nothing else.
/// </summary>
public sealed class ReferenceGpt2(Gpt2Weights weights)
{
    /// <summary>The logits at every position.</summary>
    /// <param name="mask">1 for tokens, 0 for what fills up; none: all are tokens.</param>
    /// <param name="positions">None: 0, 1, 2, ...</param>
    public double[][] Logits(IReadOnlyList<int> ids, IReadOnlyList<int>? mask = null, IReadOnlyList<int>? positions = null)
        => [.. States(ids, mask, positions).Select(state => Reference.Apply(weights.Head, state))];

    /// <summary>What the last layer is given at every position.</summary>
    public double[][] States(IReadOnlyList<int> ids, IReadOnlyList<int>? mask = null, IReadOnlyList<int>? positions = null)
    {
        mask ??= [.. ids.Select(_ => 1)];
        var x = new double[ids.Count][];
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = new double[weights.Config.Hidden];
            for (var j = 0; j < x[i].Length; j++)
            {
                x[i][j] = Reference.At(weights.Words, ids[i], j) + Reference.At(weights.Positions, positions?[i] ?? i, j);
            }
        }

        foreach (var layer in weights.Layers)
        {
            x = Apply(layer, x, mask);
        }

        return [.. x.Select(row => Reference.Normalize(weights.FinalNorm, row, weights.Config.NormEpsilon))];
    }

    private double[][] Apply(Gpt2Layer layer, double[][] x, IReadOnlyList<int> mask)
    {
        var (hidden, epsilon) = (weights.Config.Hidden, weights.Config.NormEpsilon);
        double[][] projected = [.. x.Select(row => Reference.Apply(layer.Attention, Reference.Normalize(layer.First, row, epsilon)))];
        double[][] keys = [.. projected.Select(row => row[hidden..(2 * hidden)])];
        double[][] values = [.. projected.Select(row => row[(2 * hidden)..])];

        var result = new double[x.Length][];
        for (var i = 0; i < x.Length; i++)
        {
            var attended = Reference.Attend(projected[i][..hidden], keys, values, weights.Config.Heads, other => other <= i && mask[other] != 0);
            var middle = Reference.Sum(x[i], Reference.Apply(layer.AttentionOutput, attended));
            double[] up = [.. Reference.Apply(layer.Up, Reference.Normalize(layer.Second, middle, epsilon)).Select(Reference.FastGelu)];
            result[i] = Reference.Sum(middle, Reference.Apply(layer.Down, up));
        }

        return result;
    }
}
