namespace SocialSentiment.TestModels.Onnx;

/// <summary>An attribute of a node. The kinds' numbers are those of onnx.proto.</summary>
internal sealed class NodeSetting
{
    private const int FloatKind = 1;
    private const int IntegerKind = 2;
    private const int GraphKind = 5;
    private const int IntegersKind = 7;

    private NodeSetting(string name, int kind) => Message = new ProtobufWriter().Text(1, name).Integer(20, kind);

    internal ProtobufWriter Message { get; }

    public static NodeSetting Of(string name, long value)
    {
        var attribute = new NodeSetting(name, IntegerKind);
        attribute.Message.Integer(3, value);
        return attribute;
    }

    public static NodeSetting Of(string name, float value)
    {
        var attribute = new NodeSetting(name, FloatKind);
        attribute.Message.Float(2, value);
        return attribute;
    }

    public static NodeSetting Of(string name, params long[] values)
    {
        var attribute = new NodeSetting(name, IntegersKind);
        foreach (var value in values)
        {
            attribute.Message.Integer(8, value);
        }

        return attribute;
    }

    public static NodeSetting Of(string name, OnnxGraph graph)
    {
        var attribute = new NodeSetting(name, GraphKind);
        attribute.Message.Message(6, graph.ToMessage());
        return attribute;
    }
}
