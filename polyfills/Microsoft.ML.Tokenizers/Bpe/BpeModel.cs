using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <summary>Byte pair encoding proper: starts a piece as single characters, and merges neighbours as long as there is a merge for them, best first.</summary>
internal sealed class BpeModel
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges;
    private readonly int? _unknownId;
    private readonly bool _fuseUnknown;
    private readonly string? _prefix;
    private readonly string? _suffix;

    /// <summary>The merges of one piece that are yet to come, by rank and then from left to right. One a thread, to be used again.</summary>
    [ThreadStatic]
    private static PriorityQueue<Candidate, long>? s_candidates;

    public BpeModel(Dictionary<string, int> vocabulary, IEnumerable<string> merges, int? unknownId, bool fuseUnknown, string? prefix, string? suffix)
    {
        _ids = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _merges = ReadMerges(vocabulary, merges, prefix?.Length ?? 0);
        _unknownId = unknownId;
        _fuseUnknown = fuseUnknown;
        _prefix = prefix;
        _suffix = suffix;
    }

    public Subword[] Encode(ReadOnlySpan<char> piece)
    {
        Symbol[] buffer = ArrayPool<Symbol>.Shared.Rent(piece.Length);
        try
        {
            Span<Symbol> symbols = buffer.AsSpan(0, Spell(piece, buffer));
            Merge(symbols);
            return ToSubwords(symbols);
        }
        finally
        {
            ArrayPool<Symbol>.Shared.Return(buffer);
        }
    }

    private static Dictionary<(int, int), (int, int)> ReadMerges(Dictionary<string, int> vocabulary, IEnumerable<string> merges, int prefixLength)
    {
        var ranked = new Dictionary<(int, int), (int, int)>();
        int rank = 0;
        foreach (string merge in merges)
        {
            if (merge is null || !BpeFiles.TryParseMerge(merge, out string left, out string right))
            {
                throw new InvalidOperationException($"The merge '{merge}' is not two tokens and one space between them.");
            }

            if (right.Length <= prefixLength)
            {
                throw new InvalidOperationException($"The merge '{merge}' is too short for a prefix of {prefixLength} characters.");
            }

            ranked.Add((Find(left), Find(right)), (rank++, Find(left + right[prefixLength..])));

            int Find(string token) => vocabulary.TryGetValue(token, out int id)
                ? id
                : throw new InvalidOperationException($"The vocabulary lacks '{token}' of the merge '{merge}'.");
        }

        return ranked;
    }

    /// <summary>Writes down the single characters of a piece, and how many symbols they make.</summary>
    private int Spell(ReadOnlySpan<char> piece, Span<Symbol> symbols)
    {
        int count = 0;
        int unknownLength = 0;

        for (int i = 0, length; i < piece.Length; i += length)
        {
            length = i + 1 < piece.Length && char.IsSurrogatePair(piece[i], piece[i + 1]) ? 2 : 1;

            bool isKnown = TryGetId(piece.Slice(i, length), isFirst: i == 0, isLast: i + length == piece.Length, out int id);
            if (unknownLength > 0 && (isKnown || !_fuseUnknown))
            {
                Add(symbols, ref count, _unknownId!.Value, unknownLength);
                unknownLength = 0;
            }

            if (isKnown)
            {
                Add(symbols, ref count, id, length);
            }
            else if (_unknownId is not null)
            {
                unknownLength += length;
            }
        }

        if (unknownLength > 0)
        {
            Add(symbols, ref count, _unknownId!.Value, unknownLength);
        }

        return count;
    }

    private bool TryGetId(ReadOnlySpan<char> character, bool isFirst, bool isLast, out int id)
    {
        string? prefix = isFirst ? null : _prefix;
        string? suffix = isLast ? _suffix : null;
        return prefix is null && suffix is null
            ? _ids.TryGetValue(character, out id)
            : _ids.TryGetValue(string.Concat(prefix, character, suffix), out id);
    }

    private static void Add(Span<Symbol> symbols, ref int count, int id, int length)
    {
        if (count > 0)
        {
            symbols[count - 1].Next = count;
        }

        symbols[count] = new Symbol { Id = id, Length = length, Previous = count - 1, Next = Symbol.None };
        count++;
    }

    private void Merge(Span<Symbol> symbols)
    {
        PriorityQueue<Candidate, long> candidates = s_candidates ??= new();
        candidates.Clear();

        for (int i = 0; i + 1 < symbols.Length; i++)
        {
            Consider(symbols, i, candidates);
        }

        while (candidates.TryDequeue(out Candidate candidate, out _))
        {
            ref Symbol left = ref symbols[candidate.Position];
            if (left.Length == 0 || left.Next == Symbol.None)
            {
                continue;
            }

            // The neighbour may have become part of something longer since; then this merge is off.
            ref Symbol right = ref symbols[left.Next];
            if (!_merges.TryGetValue((left.Id, right.Id), out (int Rank, int Id) merge) || merge.Id != candidate.Id)
            {
                continue;
            }

            left.Id = candidate.Id;
            left.Length += right.Length;
            left.Next = right.Next;
            right.Length = 0;

            if (left.Next != Symbol.None)
            {
                symbols[left.Next].Previous = candidate.Position;
                Consider(symbols, candidate.Position, candidates);
            }

            if (left.Previous != Symbol.None)
            {
                Consider(symbols, left.Previous, candidates);
            }
        }
    }

    /// <summary>Queues the merge of the symbol at <paramref name="position"/> with the next, if there is one for them.</summary>
    private void Consider(ReadOnlySpan<Symbol> symbols, int position, PriorityQueue<Candidate, long> candidates)
    {
        Symbol left = symbols[position];
        if (_merges.TryGetValue((left.Id, symbols[left.Next].Id), out (int Rank, int Id) merge))
        {
            candidates.Enqueue(new Candidate(position, merge.Id), ((long)merge.Rank << 32) | (uint)position);
        }
    }

    private static Subword[] ToSubwords(ReadOnlySpan<Symbol> symbols)
    {
        int count = 0;
        foreach (Symbol symbol in symbols)
        {
            count += symbol.Length > 0 ? 1 : 0;
        }

        var subwords = new Subword[count];
        count = 0;
        foreach (Symbol symbol in symbols)
        {
            if (symbol.Length > 0)
            {
                subwords[count++] = new Subword(symbol.Id, symbol.Length);
            }
        }

        return subwords;
    }

    /// <summary>Part of a piece while it is being merged; merged away when its length is 0.</summary>
    private struct Symbol
    {
        public const int None = -1;

        public int Id;
        public int Length;
        public int Previous;
        public int Next;
    }

    private readonly record struct Candidate(int Position, int Id);
}
