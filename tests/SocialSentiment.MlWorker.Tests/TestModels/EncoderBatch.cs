namespace SocialSentiment.MlWorker.Tests.TestModels;

/// <summary>Texts of different lengths, filled up to the longest.</summary>
internal sealed class EncoderBatch
{
    public EncoderBatch(int padId, params IReadOnlyList<int[]> texts)
    {
        var longest = texts.Max(text => text.Length);
        Shape = [texts.Count, longest];
        Ids = [.. texts.SelectMany(text => text.Concat(Enumerable.Repeat(padId, longest - text.Length))).Select(id => (long)id)];
        Mask = [.. texts.SelectMany(text => Enumerable.Range(0, longest).Select(i => i < text.Length ? 1L : 0L))];
        Types = new long[Ids.Length];
    }

    public long[] Shape { get; }

    public long[] Ids { get; }

    public long[] Mask { get; }

    /// <summary>All of the first segment unless a test says otherwise.</summary>
    public long[] Types { get; }

    public int[] RowOf(long[] values, int row)
        => [.. values.AsSpan(row * (int)Shape[1], (int)Shape[1]).ToArray().Select(value => (int)value)];
}
