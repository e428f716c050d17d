namespace SocialSentiment.TestModels.Weights;

/// <summary>The steps of a transformer in double precision, by the book.</summary>
internal static class Reference
{
    /// <summary>As far below zero as a float goes: what exporters add where nothing may be seen.</summary>
    private const double Hidden = float.MinValue;

    public static double At(Table table, int row, int column) => table.Values[((long)row * table.Width) + column];

    public static double[] Apply(Linear linear, double[] x)
    {
        var y = new double[linear.Outputs];
        for (var j = 0; j < y.Length; j++)
        {
            y[j] = linear.Bias is { } bias ? bias[j] : 0;
        }

        for (var i = 0; i < x.Length; i++)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] += x[i] * linear.Weight[((long)i * y.Length) + j];
            }
        }

        return y;
    }

    public static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    public static double[] Normalize(Norm norm, double[] x, double epsilon)
    {
        var mean = x.Average();
        var deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + epsilon);
        return [.. x.Select((value, i) => ((value - mean) / deviation * norm.Gain[i]) + norm.Bias[i])];
    }

    /// <summary>One position's attention over all that it may see, head by head.</summary>
    public static double[] Attend(double[] query, double[][] keys, double[][] values, int heads, Func<int, bool> visible)
    {
        var width = query.Length / heads;
        var result = new double[query.Length];
        for (var head = 0; head < heads; head++)
        {
            var scores = new double[keys.Length];
            for (var other = 0; other < keys.Length; other++)
            {
                for (var i = head * width; i < (head + 1) * width; i++)
                {
                    scores[other] += query[i] * keys[other][i];
                }

                scores[other] = visible(other) ? scores[other] / Math.Sqrt(width) : Hidden;
            }

            var shares = Softmax(scores);
            for (var other = 0; other < keys.Length; other++)
            {
                for (var i = head * width; i < (head + 1) * width; i++)
                {
                    result[i] += shares[other] * values[other][i];
                }
            }
        }

        return result;
    }

    public static double[] Softmax(double[] scores)
    {
        var largest = scores.Max();
        double[] shares = [.. scores.Select(score => Math.Exp(score - largest))];
        var sum = shares.Sum();
        return [.. shares.Select(share => share / sum)];
    }

    public static double Gelu(double x) => 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));

    public static double FastGelu(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    /// <summary>By the series whose terms are all of one sign, so that nothing cancels.</summary>
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 6)
        {
            return Math.Sign(x);
        }

        var (term, sum) = (x, x);
        for (var n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
