namespace SocialSentiment.MlWorker.Inference.Batching;

/// <summary>What computes batches, one at a time and always on the same thread. It owns its buffers.</summary>
internal interface IBatchRunner : IDisposable
{
    /// <summary>Fills in the output of each row. Fails as a whole.</summary>
    void Run(Batch batch);

    /// <summary>Called from another thread: the batch under way shall end, with an error.</summary>
    void Terminate();
}

/// <summary>Rows that are computed together.</summary>
internal readonly ref struct Batch(ReadOnlySpan<Row> rows, bool isAlone = false)
{
    private readonly ReadOnlySpan<Row> _rows = rows;

    public int Rows => _rows.Length;

    /// <summary>Whether nothing else waited or was being computed when it began: all cores may be taken for it.</summary>
    public bool IsAlone => isAlone;

    /// <summary>How long the longest row is; the others are padded to it.</summary>
    public int Longest
    {
        get
        {
            var longest = 0;
            foreach (ref readonly var row in _rows)
            {
                longest = Math.Max(longest, row.Length);
            }

            return longest;
        }
    }

    public ReadOnlySpan<int> Ids(int row) => _rows[row].Request.Ids(_rows[row].Index);

    public Span<float> Output(int row) => _rows[row].Request.Output(_rows[row].Index);
}
