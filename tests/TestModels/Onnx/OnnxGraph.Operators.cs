namespace SocialSentiment.TestModels.Onnx;

/// <content>The operators that the networks are made of.</content>
internal sealed partial class OnnxGraph
{
    public string Add(string a, string b) => Node("Add", [a, b]);

    public string Sub(string a, string b) => Node("Sub", [a, b]);

    public string Mul(string a, string b) => Node("Mul", [a, b]);

    public string Div(string a, string b) => Node("Div", [a, b]);

    public string MatMul(string a, string b) => Node("MatMul", [a, b]);

    public string Tanh(string x) => Node("Tanh", [x]);

    public string Relu(string x) => Node("Relu", [x]);

    public string Softmax(string x) => Node("Softmax", [x], NodeSetting.Of("axis", -1L));

    public string Cast(string x, OnnxType type) => Node("Cast", [x], NodeSetting.Of("to", (long)type));

    public string Reshape(string x, params long[] shape) => Node("Reshape", [x, Integers(shape)]);

    public string Transpose(string x, params long[] order) => Node("Transpose", [x], NodeSetting.Of("perm", order));

    public string Unsqueeze(string x, params long[] axes) => Node("Unsqueeze", [x, Integers(axes)]);

    public string Concat(long axis, params string[] parts) => Node("Concat", parts, NodeSetting.Of("axis", axis));

    public string Where(string condition, string a, string b) => Node("Where", [condition, a, b]);

    public string Equal(string a, string b) => Node("Equal", [a, b]);

    public string Gather(string data, string indices, long axis) => Node("Gather", [data, indices], NodeSetting.Of("axis", axis));

    public string Slice(string x, string from, string to, long axis) => Node("Slice", [x, from, to, Integers(axis)]);

    /// <summary>The length of one axis, as a list of one number.</summary>
    public string Length(string x, long axis) => Gather(Node("Shape", [x]), Integers(axis), 0);

    public string LayerNormalization(string x, string gain, string bias, float epsilon)
        => Node("LayerNormalization", [x, gain, bias], NodeSetting.Of("axis", -1L), NodeSetting.Of("epsilon", epsilon));

    /// <summary>The exact GELU, spelled out as exporters do.</summary>
    public string Gelu(string x)
    {
        var erf = Node("Erf", [Div(x, Number(MathF.Sqrt(2)))]);
        return Mul(Mul(x, Add(erf, Number(1))), Number(0.5f));
    }

    /// <summary>GPT-2's GELU, by tanh.</summary>
    public string FastGelu(string x)
    {
        var cube = Node("Pow", [x, Number(3)]);
        var inner = Mul(Add(x, Mul(cube, Number(0.044715f))), Number(MathF.Sqrt(2 / MathF.PI)));
        return Mul(Mul(x, Number(0.5f)), Add(Tanh(inner), Number(1)));
    }
}
