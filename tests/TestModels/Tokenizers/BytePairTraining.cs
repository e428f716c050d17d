namespace SocialSentiment.TestModels.Tokenizers;

/// <summary>Learns merges as byte-pair encoding does: again and again the pair of symbols that stands together most often.</summary>
internal static class BytePairTraining
{
    /// <param name="words">Words as lists of symbols, and how often each occurs.</param>
    /// <returns>The merges in the order in which they were learnt; fewer when every word is whole.</returns>
    public static List<(string Left, string Right)> Learn(IReadOnlyList<(string[] Symbols, int Count)> words, int most)
    {
        var parts = words.Select(word => word.Symbols.ToList()).ToArray();
        var counts = new Dictionary<(string, string), int>();
        var places = new Dictionary<(string, string), HashSet<int>>();
        var queue = new PriorityQueue<((string Left, string Right) Pair, int Count), (int, string, string)>();
        for (var word = 0; word < parts.Length; word++)
        {
            Count(word, words[word].Count);
        }

        foreach (var pair in counts.Keys)
        {
            Enqueue(pair);
        }

        List<(string, string)> merges = [];
        while (merges.Count < most && queue.TryDequeue(out var next, out _))
        {
            var pair = next.Pair;
            if (counts.GetValueOrDefault(pair) != next.Count || next.Count <= 0)
            {
                // The count has changed since: the pair is in the queue once more with the new one.
                continue;
            }

            merges.Add(pair);
            var touched = new HashSet<(string, string)>();
            foreach (var word in places[pair].ToArray())
            {
                touched.UnionWith(Count(word, -words[word].Count));
                Merge(parts[word], pair);
                touched.UnionWith(Count(word, words[word].Count));
            }

            foreach (var changed in touched)
            {
                Enqueue(changed);
            }
        }

        return merges;

        void Enqueue((string Left, string Right) pair)
        {
            if (counts[pair] > 0)
            {
                queue.Enqueue((pair, counts[pair]), (-counts[pair], pair.Left, pair.Right));
            }
        }

        List<(string, string)> Count(int word, int weight)
        {
            List<(string, string)> pairs = [.. parts[word].Zip(parts[word].Skip(1))];
            foreach (var pair in pairs)
            {
                counts[pair] = counts.GetValueOrDefault(pair) + weight;
                if (!places.TryGetValue(pair, out var where))
                {
                    places[pair] = where = [];
                }

                if (weight > 0)
                {
                    where.Add(word);
                }
                else
                {
                    where.Remove(word);
                }
            }

            return pairs;
        }
    }

    public static void Merge(List<string> symbols, (string Left, string Right) pair)
    {
        for (var i = 0; i + 1 < symbols.Count; i++)
        {
            if (symbols[i] == pair.Left && symbols[i + 1] == pair.Right)
            {
                symbols[i] += symbols[i + 1];
                symbols.RemoveAt(i + 1);
            }
        }
    }
}
