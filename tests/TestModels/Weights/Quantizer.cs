namespace SocialSentiment.TestModels.Weights;

/// <summary>Symmetric int8: the largest value becomes 127, zero stays zero.</summary>
internal static class Quantizer
{
    private const float Largest = 127;

    public static (sbyte[] Values, float Scale) PerTensor(float[] values)
    {
        var scale = values.Max(MathF.Abs) / Largest;
        var quantized = new sbyte[values.Length];
        for (var i = 0; i < quantized.Length; i++)
        {
            quantized[i] = (sbyte)MathF.Round(values[i] / scale);
        }

        return (quantized, scale);
    }

    public static (sbyte[] Values, float[] Scales) PerColumn(Linear linear)
    {
        var columns = linear.Outputs;
        var scales = new float[columns];
        for (var i = 0; i < linear.Weight.Length; i++)
        {
            ref var scale = ref scales[i % columns];
            scale = MathF.Max(scale, MathF.Abs(linear.Weight[i]) / Largest);
        }

        var quantized = new sbyte[linear.Weight.Length];
        for (var i = 0; i < quantized.Length; i++)
        {
            quantized[i] = (sbyte)MathF.Round(linear.Weight[i] / scales[i % columns]);
        }

        return (quantized, scales);
    }
}
