namespace SocialSentiment.TestModels.Onnx;

/// <summary>A finished model, ready to be written.</summary>
public sealed class OnnxModel
{
    private const int IrVersion = 8;
    private const int OperatorSet = 17;

    private readonly ProtobufWriter _message;

    /// <param name="domains">Operator domains beside the standard one.</param>
    internal OnnxModel(OnnxGraph graph, params IReadOnlyList<string> domains)
    {
        _message = new ProtobufWriter()
            .Integer(1, IrVersion)
            .Text(2, "SocialSentiment.TestModels")
            .Message(7, graph.ToMessage())
            .Message(8, new ProtobufWriter().Text(1, "").Integer(2, OperatorSet));
        foreach (var domain in domains)
        {
            _message.Message(8, new ProtobufWriter().Text(1, domain).Integer(2, 1));
        }
    }

    public void Save(string file)
    {
        using var stream = File.Create(file);
        _message.WriteTo(stream);
    }

    public byte[] ToArray()
    {
        var stream = new MemoryStream();
        _message.WriteTo(stream);
        return stream.ToArray();
    }
}
