using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Tests;

/// <summary>
/// <c>y = x W + b</c> as an ONNX model: <c>x</c> is [batch, 3], <c>y</c> is [batch, 2], and the batch is as long as
/// the caller likes. Field numbers are those of onnx.proto.
/// </summary>
internal static class LinearModel
{
    private const int Float = 1;

    private static readonly float[] s_weights = [1, 10, 2, 20, 3, 30];
    private static readonly float[] s_bias = [0.5f, -0.5f];

    public const int Inputs = 3;
    public const int Outputs = 2;

    /// <summary>The model file.</summary>
    public static byte[] Build()
    {
        var graph = new ProtobufWriter()
            .Message(1, Node("MatMul", ["x", "w"], "xw"))
            .Message(1, Node("Add", ["xw", "b"], "y"))
            .Text(2, "linear")
            .Message(5, Tensor("w", [Inputs, Outputs], s_weights))
            .Message(5, Tensor("b", [Outputs], s_bias))
            .Message(11, BatchOf(Inputs, "x"))
            .Message(12, BatchOf(Outputs, "y"));

        return new ProtobufWriter()
            .Integer(1, 8)
            .Text(2, "tests")
            .Message(7, graph)
            .Message(8, new ProtobufWriter().Integer(2, 17))
            .ToArray();
    }

    /// <summary>What the model must answer.</summary>
    public static float[] Expect(ReadOnlySpan<float> x)
    {
        var y = new float[x.Length / Inputs * Outputs];
        for (var i = 0; i < y.Length; i++)
        {
            var (row, column) = Math.DivRem(i, Outputs);
            y[i] = s_bias[column];
            for (var k = 0; k < Inputs; k++)
            {
                y[i] += x[(row * Inputs) + k] * s_weights[(k * Outputs) + column];
            }
        }

        return y;
    }

    /// <summary>Some input: 0, 1, 2, ...</summary>
    public static float[] Batch(int rows) => [.. Enumerable.Range(0, rows * Inputs).Select(i => (float)i)];

    private static ProtobufWriter Node(string operation, string[] inputs, string output)
    {
        var node = new ProtobufWriter();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        return node.Text(2, output).Text(4, operation);
    }

    private static ProtobufWriter Tensor(string name, long[] shape, float[] values)
    {
        var tensor = new ProtobufWriter();
        foreach (var dimension in shape)
        {
            tensor.Integer(1, dimension);
        }

        return tensor.Integer(2, Float).Text(8, name).Bytes(9, MemoryMarshal.AsBytes<float>(values));
    }

    private static ProtobufWriter BatchOf(int width, string name)
    {
        var shape = new ProtobufWriter()
            .Message(1, new ProtobufWriter().Text(2, "batch"))
            .Message(1, new ProtobufWriter().Integer(1, width));
        var tensorType = new ProtobufWriter().Integer(1, Float).Message(2, shape);

        return new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, tensorType));
    }
}
