namespace SocialSentiment.TestModels.Weights;

/// <summary>Ridge regression by its dual: what is solved is as large as the number of examples, however wide the features.</summary>
internal static class LeastSquares
{
    /// <summary>Weights, a row per feature and a column per target, so that <c>features × weights ≈ targets</c>.</summary>
    public static double[][] Fit(double[][] features, double[][] targets, double ridge)
    {
        var (examples, width) = (features.Length, features[0].Length);
        var gram = new double[examples][];
        for (var i = 0; i < examples; i++)
        {
            gram[i] = [.. features.Select(other => Dot(features[i], other))];
            gram[i][i] += ridge;
        }

        var dual = Solve(gram, targets);
        var weights = new double[width][];
        for (var j = 0; j < width; j++)
        {
            weights[j] = new double[targets[0].Length];
            for (var i = 0; i < examples; i++)
            {
                for (var k = 0; k < weights[j].Length; k++)
                {
                    weights[j][k] += features[i][j] * dual[i][k];
                }
            }
        }

        return weights;
    }

    /// <summary>Gaussian elimination with partial pivoting.</summary>
    private static double[][] Solve(double[][] matrix, double[][] right)
    {
        var size = matrix.Length;
        double[][] rows = [.. matrix.Zip(right, (left, targets) => (double[])[.. left, .. targets])];
        for (var column = 0; column < size; column++)
        {
            var pivot = Enumerable.Range(column, size - column).MaxBy(row => Math.Abs(rows[row][column]));
            (rows[column], rows[pivot]) = (rows[pivot], rows[column]);
            for (var row = 0; row < size; row++)
            {
                if (row == column)
                {
                    continue;
                }

                var factor = rows[row][column] / rows[column][column];
                for (var k = column; k < rows[row].Length; k++)
                {
                    rows[row][k] -= factor * rows[column][k];
                }
            }
        }

        return [.. rows.Select((row, i) => (double[])[.. row[size..].Select(value => value / row[i])])];
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
