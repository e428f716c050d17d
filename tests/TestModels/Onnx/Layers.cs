using SocialSentiment.TestModels.Weights;

namespace SocialSentiment.TestModels.Onnx;

/// <summary>
/// Puts weights into a graph, in full precision or as onnxruntime's <c>quantize_dynamic</c> leaves them: matrices as int8,
/// one scale per column, and activations made uint8 while it runs.
/// </summary>
/// <param name="graph">Where the nodes go.</param>
/// <param name="weights">Where the weights go: the same graph, or the one around it when branches share them.</param>
internal sealed class Layers(OnnxGraph graph, OnnxGraph weights, Precision precision)
{
    private readonly Dictionary<string, string[]> _quantized = [];

    public Layers(OnnxGraph graph, Precision precision)
        : this(graph, graph, precision)
    {
    }

    public string Linear(string x, Linear linear)
    {
        var product = precision == Precision.Quantized ? Int8Product(x, linear) : graph.MatMul(x, weights.Initializer($"{linear.Name}.weight", linear.Weight, linear.Inputs, linear.Outputs));
        return linear.Bias is { } bias ? graph.Add(product, weights.Initializer($"{linear.Name}.bias", bias, linear.Outputs)) : product;
    }

    public string Embedding(string ids, Table table)
    {
        if (precision == Precision.Full)
        {
            return graph.Gather(weights.Initializer($"{table.Name}.weight", table.Values, table.Rows, table.Width), ids, 0);
        }

        var (values, scale) = Quantizer.PerTensor(table.Values);
        var rows = graph.Gather(weights.Initializer($"{table.Name}.weight_quantized", values, table.Rows, table.Width), ids, 0);
        return graph.Node("DequantizeLinear",
        [
            rows,
            weights.Initializer($"{table.Name}.weight_scale", [scale]),
            weights.Initializer($"{table.Name}.weight_zero_point", new sbyte[1]),
        ]);
    }

    public string Normalize(string x, Norm norm, float epsilon) => graph.LayerNormalization(
        x,
        weights.Initializer($"{norm.Name}.weight", norm.Gain, norm.Gain.Length),
        weights.Initializer($"{norm.Name}.bias", norm.Bias, norm.Bias.Length),
        epsilon);

    private string Int8Product(string x, Linear linear)
    {
        if (!_quantized.TryGetValue(x, out var activation))
        {
            activation = graph.Nodes("DynamicQuantizeLinear", 3, [x], []);
            _quantized[x] = activation;
        }

        var (values, scales) = Quantizer.PerColumn(linear);
        var product = graph.Node("MatMulInteger",
        [
            activation[0],
            weights.Initializer($"{linear.Name}.weight_quantized", values, linear.Inputs, linear.Outputs),
            activation[2],
            weights.Initializer($"{linear.Name}.weight_zero_point", new sbyte[linear.Outputs], linear.Outputs),
        ]);
        var scale = graph.Mul(activation[1], weights.Initializer($"{linear.Name}.weight_scale", scales, linear.Outputs));
        return graph.Mul(graph.Cast(product, OnnxType.Float), scale);
    }
}
