using System.Collections.Concurrent;

namespace Microsoft.ML.Tokenizers;

/// <summary>Remembers how short pieces were encoded. Reading takes no lock; once full it stays as it is.</summary>
internal sealed class SubwordCache
{
    private const int Capacity = 10_000;
    private const int MaxPieceLength = 15;

    private readonly ConcurrentDictionary<string, Subword[]>.AlternateLookup<ReadOnlySpan<char>> _entries =
        new ConcurrentDictionary<string, Subword[]>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private int _count;

    public bool TryGet(ReadOnlySpan<char> piece, out Subword[]? subwords)
    {
        if (piece.Length <= MaxPieceLength)
        {
            return _entries.TryGetValue(piece, out subwords);
        }

        subwords = null;
        return false;
    }

    public void Add(ReadOnlySpan<char> piece, Subword[] subwords)
    {
        // Threads that come at the same time may overshoot by one each, which does no harm.
        if (piece.Length <= MaxPieceLength && Volatile.Read(ref _count) < Capacity && _entries.TryAdd(piece, subwords))
        {
            Interlocked.Increment(ref _count);
        }
    }
}
