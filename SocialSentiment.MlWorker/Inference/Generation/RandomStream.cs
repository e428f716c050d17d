using System.Numerics;

namespace SocialSentiment.MlWorker.Inference.Generation;

/// <summary>
/// The luck of one continuation: xoshiro256**, seeded by SplitMix64. .NET's own generator may change from version to
/// version, and the same seed shall give the same draft for good.
/// </summary>
internal struct RandomStream
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <param name="stream">Of one seed there are as many streams as are asked for.</param>
    public RandomStream(long seed, int stream)
    {
        // The start of a stream is itself drawn, or neighbouring seeds would share streams.
        var start = (ulong)seed;
        var state = Next(ref start) + (ulong)stream;
        (_a, _b, _c, _d) = (Next(ref state), Next(ref state), Next(ref state), Next(ref state));
    }

    /// <summary>At least 0, less than 1.</summary>
    public double NextDouble()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return (result >> 11) * (1.0 / (1L << 53));
    }

    private static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
