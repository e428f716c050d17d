using SocialSentiment.TestModels.Weights;

namespace SocialSentiment.TestModels.Encoders;

/// <summary>
/// What a text classifier must answer, computed one number at a time in double precision and without ONNX: it shares the
/// weights with the graph and nothing else.
/// </summary>
public sealed class ReferenceEncoder(EncoderWeights weights)
{
    private readonly EncoderConfig _config = weights.Config;

    /// <param name="mask">1 for tokens, 0 for what fills up; none: all are tokens.</param>
    /// <param name="types">The segments; none: all are of the first.</param>
    public double[] Logits(IReadOnlyList<int> ids, IReadOnlyList<int>? mask = null, IReadOnlyList<int>? types = null)
        => Reference.Apply(weights.Classifier, Features(ids, mask, types));

    /// <summary>What the last layer is given.</summary>
    public double[] Features(IReadOnlyList<int> ids, IReadOnlyList<int>? mask = null, IReadOnlyList<int>? types = null)
    {
        mask ??= [.. ids.Select(_ => 1)];
        var x = Embed(ids, types ?? [.. ids.Select(_ => 0)]);
        foreach (var layer in weights.Layers)
        {
            x = Apply(layer, x, mask);
        }

        var dense = Reference.Apply(weights.Dense, x[0]);
        return [.. dense.Select(value => _config.Kind == EncoderKind.DistilBert ? Math.Max(value, 0) : Math.Tanh(value))];
    }

    private double[][] Embed(IReadOnlyList<int> ids, IReadOnlyList<int> types)
    {
        var x = new double[ids.Count][];
        var words = 0;
        for (var i = 0; i < x.Length; i++)
        {
            var position = i;
            if (_config.Kind == EncoderKind.Roberta)
            {
                position = ids[i] == _config.PadId ? _config.PadId : ++words + _config.PadId;
            }

            x[i] = new double[_config.Hidden];
            for (var j = 0; j < _config.Hidden; j++)
            {
                x[i][j] = Reference.At(weights.Words, ids[i], j) + Reference.At(weights.Positions, position, j)
                    + (weights.Types is { } table ? Reference.At(table, types[i], j) : 0);
            }

            x[i] = Reference.Normalize(weights.EmbeddingNorm, x[i], _config.NormEpsilon);
        }

        return x;
    }

    private double[][] Apply(EncoderLayer layer, double[][] x, IReadOnlyList<int> mask)
    {
        double[][] queries = [.. x.Select(row => Reference.Apply(layer.Query, row))];
        double[][] keys = [.. x.Select(row => Reference.Apply(layer.Key, row))];
        double[][] values = [.. x.Select(row => Reference.Apply(layer.Value, row))];

        var result = new double[x.Length][];
        for (var i = 0; i < x.Length; i++)
        {
            var attended = Reference.Attend(queries[i], keys, values, _config.Heads, other => mask[other] != 0);
            var middle = Reference.Normalize(layer.AttentionNorm, Reference.Sum(x[i], Reference.Apply(layer.AttentionOutput, attended)), _config.NormEpsilon);
            double[] up = [.. Reference.Apply(layer.Up, middle).Select(Reference.Gelu)];
            result[i] = Reference.Normalize(layer.OutputNorm, Reference.Sum(middle, Reference.Apply(layer.Down, up)), _config.NormEpsilon);
        }

        return result;
    }
}
