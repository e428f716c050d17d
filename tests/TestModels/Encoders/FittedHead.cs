using SocialSentiment.TestModels.Weights;

namespace SocialSentiment.TestModels.Encoders;

/// <summary>Gives an untrained network an opinion: its last layer is solved so that given texts get given labels.</summary>
public static class FittedHead
{
    /// <summary>The least difference between a text's own logit and the next best.</summary>
    public const double Margin = 2;

    private const double Target = 4;
    private const double Ridge = 1e-3;

    /// <exception cref="ArgumentException">The network is too narrow for so many texts, or two labels are asked of one text.</exception>
    public static EncoderWeights FittedTo(this EncoderWeights weights, IReadOnlyList<(int[] Ids, int Label)> examples)
    {
        var reference = new ReferenceEncoder(weights);
        double[][] features = [.. examples.Select(example => (double[])[.. reference.Features(example.Ids), 1])];
        double[][] targets = [.. examples.Select(example => Targets(example.Label, weights.Config.Labels.Count))];
        var solved = LeastSquares.Fit(features, targets, Ridge);

        var fitted = weights with
        {
            Classifier = weights.Classifier with
            {
                Weight = [.. solved[..^1].SelectMany(row => row).Select(value => (float)value)],
                Bias = [.. solved[^1].Select(value => (float)value)],
            },
        };

        var worst = examples.Min(example => MarginOf(new ReferenceEncoder(fitted).Logits(example.Ids), example.Label));
        return worst >= Margin
            ? fitted
            : throw new ArgumentException($"With a width of {weights.Config.Hidden} these {examples.Count} texts do not get their labels (the worst margin is {worst:0.00}).", nameof(examples));
    }

    /// <summary>The same network with its labels turned by one: every golden text fails.</summary>
    public static EncoderWeights WithPermutedLabels(this EncoderWeights weights)
    {
        var head = weights.Classifier;
        var columns = head.Outputs;
        return weights with
        {
            Classifier = head with
            {
                Weight = [.. head.Weight.Select((_, i) => head.Weight[(i / columns * columns) + ((i + 1) % columns)])],
                Bias = [.. head.Bias!.Select((_, i) => head.Bias![(i + 1) % columns])],
            },
        };
    }

    /// <summary>How far a label's logit is above the best of the others.</summary>
    public static double MarginOf(IReadOnlyList<double> logits, int label) => logits[label] - logits.Where((_, i) => i != label).Max();

    private static double[] Targets(int label, int labels) => [.. Enumerable.Range(0, labels).Select(i => i == label ? Target : -Target)];
}
