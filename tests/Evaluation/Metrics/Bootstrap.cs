using SocialSentiment.Contracts;

namespace SocialSentiment.Evaluation.Metrics;

/// <summary>
/// How far a measure depends on which texts happen to be in the set: it is taken again of 1,000 sets that are drawn from the
/// texts, with repetition. The draws are the same each time.
/// </summary>
internal static class Bootstrap
{
    private const int Resamples = 1_000;
    private const int Seed = 20_170_404;

    /// <summary>At each end: 2.5 % of the resamples.</summary>
    private const int LeftOut = Resamples / 40;

    /// <summary>One interval for each of the measures.</summary>
    public static Interval[] Of(IReadOnlyList<SentimentLabel> gold, IReadOnlyList<SentimentLabel> said, params Func<Confusion, double>[] measures)
    {
        var random = new Random(Seed);
        var values = Array.ConvertAll(measures, _ => new double[Resamples]);
        for (var i = 0; i < Resamples; i++)
        {
            var drawn = new Confusion();
            for (var j = 0; j < gold.Count; j++)
            {
                var text = random.Next(gold.Count);
                drawn.Add(gold[text], said[text]);
            }

            for (var j = 0; j < measures.Length; j++)
            {
                values[j][i] = measures[j](drawn);
            }
        }

        var all = Confusion.Of(gold, said);
        return [.. measures.Select((measure, i) => Around(measure(all), values[i]))];
    }

    /// <summary>By how much one model is ahead of another on the same texts.</summary>
    public static Interval Lead(
        IReadOnlyList<SentimentLabel> gold, IReadOnlyList<SentimentLabel> one, IReadOnlyList<SentimentLabel> other, Func<Confusion, double> measure)
    {
        var random = new Random(Seed);
        var values = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            var (first, second) = (new Confusion(), new Confusion());
            for (var j = 0; j < gold.Count; j++)
            {
                var text = random.Next(gold.Count);
                first.Add(gold[text], one[text]);
                second.Add(gold[text], other[text]);
            }

            values[i] = measure(first) - measure(second);
        }

        return Around(measure(Confusion.Of(gold, one)) - measure(Confusion.Of(gold, other)), values);
    }

    private static Interval Around(double value, double[] values)
    {
        Array.Sort(values);
        return Interval.Rounded(value, values[LeftOut], values[^(LeftOut + 1)]);
    }
}
