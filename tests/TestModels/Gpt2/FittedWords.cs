using SocialSentiment.TestModels.Weights;

namespace SocialSentiment.TestModels.Gpt2;

/// <summary>Gives an untrained language model something to say: chosen tokens become the likeliest after chosen prompts.</summary>
public static class FittedWords
{
    /// <summary>The least difference between the wanted token's logit and the next best.</summary>
    public const double Margin = 2;

    private const double Target = 4;
    private const double Ridge = 1e-3;

    /// <exception cref="ArgumentException">The network is too narrow for so many prompts, or two tokens are asked of one prompt.</exception>
    public static Gpt2Weights FittedTo(this Gpt2Weights weights, IReadOnlyList<(int[] Prompt, int Next)> examples)
    {
        var reference = new ReferenceGpt2(weights);
        int[] words = [.. examples.Select(example => example.Next).Distinct()];
        double[][] features = [.. examples.Select(example => reference.States(example.Prompt)[^1])];
        double[][] targets = [.. examples.Select((example, i) => Targets(Best(Reference.Apply(weights.Head, features[i]), words), words, example.Next))];
        var solved = LeastSquares.Fit(features, targets, Ridge);

        var head = weights.Head with { Weight = [.. weights.Head.Weight] };
        for (var i = 0; i < solved.Length; i++)
        {
            for (var k = 0; k < words.Length; k++)
            {
                head.Weight[((long)i * head.Outputs) + words[k]] = (float)solved[i][k];
            }
        }

        for (var i = 0; i < examples.Count; i++)
        {
            var logits = Reference.Apply(head, features[i]);
            if (logits[examples[i].Next] - Best(logits, [examples[i].Next]) < Margin)
            {
                throw new ArgumentException($"With a width of {weights.Config.Hidden} these {examples.Count} prompts do not get their words.", nameof(examples));
            }
        }

        return weights with { Head = head };
    }

    private static double[] Targets(double best, int[] words, int next) => [.. words.Select(word => best + (word == next ? Target : -Target))];

    private static double Best(double[] logits, int[] without) => logits.Where((_, id) => !without.Contains(id)).Max();
}
