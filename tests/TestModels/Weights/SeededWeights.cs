namespace SocialSentiment.TestModels.Weights;

/// <summary>
/// Makes weights out of a seed, the same on every machine. Sizes are chosen so that activations stay around 1 through all
/// layers and every token has a say: an untrained network whose answers still depend on the whole text.
/// </summary>
internal sealed class SeededWeights(int seed)
{
    private ulong _state = (ulong)seed * 0x9E3779B97F4A7C15 + 1;

    public Linear Linear(string name, int inputs, int outputs, bool bias = true)
        => new(name, inputs, outputs, Values((long)inputs * outputs, 1 / MathF.Sqrt(inputs)), bias ? Values(outputs, 0.1f) : null);

    public Table Table(string name, int rows, int width, float deviation) => new(name, rows, width, Values((long)rows * width, deviation));

    public Norm Norm(string name, int width)
    {
        var gain = Values(width, 0.1f);
        for (var i = 0; i < width; i++)
        {
            gain[i] += 1;
        }

        return new(name, gain, Values(width, 0.1f));
    }

    /// <summary>Evenly distributed around 0. The generator is SplitMix64.</summary>
    private float[] Values(long count, float deviation)
    {
        var values = new float[count];
        var width = 2 * MathF.Sqrt(3) * deviation;
        for (var i = 0L; i < count; i++)
        {
            _state += 0x9E3779B97F4A7C15;
            var z = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            values[i] = (((z >> 40) * (1f / (1 << 24))) - 0.5f) * width;
        }

        return values;
    }
}
