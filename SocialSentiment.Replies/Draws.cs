namespace SocialSentiment.Replies;

/// <summary>Numbers that look random and are the same for the same seed on every machine and in every version of .NET.</summary>
internal sealed class Draws(long seed)
{
    private ulong _state = unchecked((ulong)seed);

    /// <summary>SplitMix64.</summary>
    public ulong Next()
    {
        unchecked
        {
            var mixed = _state += 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }

    /// <summary>All of them, in another order.</summary>
    public IReadOnlyList<T> Shuffled<T>(IReadOnlyList<T> items)
    {
        T[] shuffled = [.. items];
        for (var i = shuffled.Length - 1; i > 0; i--)
        {
            var j = (int)(Next() % (ulong)(i + 1));
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }

        return shuffled;
    }
}
