namespace SocialSentiment.Bench.Inference;

/// <summary>Texts that are computed together, as the network takes them.</summary>
/// <param name="Tokens">Padding not counted.</param>
internal sealed record PaddedBatch(long[] Ids, long[] Mask, int Rows, int Length, int Tokens)
{
    /// <summary>How many texts are looked at for ones of similar length.</summary>
    private const int Window = 256;

    public static PaddedBatch Of(IReadOnlyList<int[]> texts, int padId)
    {
        var length = texts.Max(text => text.Length);
        var (ids, mask) = (new long[texts.Count * length], new long[texts.Count * length]);
        Array.Fill(ids, padId);
        for (var row = 0; row < texts.Count; row++)
        {
            for (var i = 0; i < texts[row].Length; i++)
            {
                ids[(row * length) + i] = texts[row][i];
                mask[(row * length) + i] = 1;
            }
        }

        return new PaddedBatch(ids, mask, texts.Count, length, texts.Sum(text => text.Length));
    }

    /// <summary>In the order of the texts, or sorted by length within a window; then shuffled, so that a short run sees long ones too.</summary>
    public static PaddedBatch[] Cut(Network network, int size, bool sorted, int texts = 2048)
    {
        PaddedBatch[] batches = [.. network.Tokens.Take(texts).Chunk(Window)
            .SelectMany(window => (sorted ? window.OrderBy(text => text.Length) : (IEnumerable<int[]>)window).Chunk(size))
            .Select(rows => Of(rows, network.Tokenizer.PadId))];
        new Random(7).Shuffle(batches);
        return batches;
    }
}
