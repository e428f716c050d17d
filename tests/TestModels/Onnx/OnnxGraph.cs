using System.Globalization;
using System.Runtime.InteropServices;

namespace SocialSentiment.TestModels.Onnx;

/// <summary>
/// A graph in the making. Every operator takes and gives the names of values. A graph within a graph (a branch, a loop's
/// body) may use the values of the graph around it.
/// </summary>
internal sealed partial class OnnxGraph
{
    private readonly string _name;
    private readonly Counter _names;
    private readonly List<ProtobufWriter> _nodes = [];
    private readonly List<ProtobufWriter> _initializers = [];
    private readonly List<ProtobufWriter> _inputs = [];
    private readonly List<ProtobufWriter> _outputs = [];
    private readonly List<ProtobufWriter> _described = [];
    private readonly HashSet<string> _initializerNames = [];

    public OnnxGraph(string name, OnnxGraph? around = null)
    {
        _name = name;
        _names = around?._names ?? new Counter();
    }

    /// <summary>Declares an input; a dimension is a number or the name of a dynamic axis.</summary>
    public string Input(string name, OnnxType type, params object[] shape)
    {
        _inputs.Add(Value(name, type, shape));
        return name;
    }

    /// <summary>Gives a value to the outside under a name.</summary>
    public void Output(string name, string value, OnnxType type, params object[] shape)
    {
        _nodes.Add(NodeMessage("Identity", "", [value], [name], []));
        _outputs.Add(Value(name, type, shape));
    }

    /// <summary>Says what shape a value has, as exporters do: what the runtime cannot tell by itself it cannot fuse.</summary>
    public void Describe(string value, OnnxType type, params object[] shape) => _described.Add(Value(value, type, shape));

    /// <summary>Adds a node with one output.</summary>
    public string Node(string operation, IReadOnlyList<string> inputs, params IReadOnlyList<NodeSetting> attributes)
        => Nodes(operation, 1, inputs, attributes)[0];

    /// <summary>Adds a node with several outputs.</summary>
    public string[] Nodes(string operation, int outputs, IReadOnlyList<string> inputs, IReadOnlyList<NodeSetting> attributes, string domain = "")
    {
        string[] names = [.. Enumerable.Range(0, outputs).Select(_ => NextName(operation))];
        _nodes.Add(NodeMessage(operation, domain, inputs, names, attributes));
        return names;
    }

    public string Initializer(string name, float[] values, params long[] shape)
        => Initializer(name, OnnxType.Float, shape, values.LongLength * sizeof(float), stream => stream.Write(MemoryMarshal.AsBytes<float>(values)));

    public string Initializer(string name, sbyte[] values, params long[] shape)
        => Initializer(name, OnnxType.SByte, shape, values.LongLength, stream => stream.Write(MemoryMarshal.AsBytes<sbyte>(values)));

    /// <summary>A list of integers, as shapes and axes are given.</summary>
    public string Integers(params long[] values) => Constant(OnnxType.Int64, [values.LongLength], MemoryMarshal.AsBytes<long>(values).ToArray());

    public string Integer(long value) => Constant(OnnxType.Int64, [], BitConverter.GetBytes(value));

    public string Number(float value) => Constant(OnnxType.Float, [], BitConverter.GetBytes(value));

    public string Truth(bool value) => Constant(OnnxType.Boolean, [], [value ? (byte)1 : (byte)0]);

    internal ProtobufWriter ToMessage()
    {
        var message = new ProtobufWriter();
        _nodes.ForEach(node => message.Message(1, node));
        message.Text(2, _name);
        _initializers.ForEach(initializer => message.Message(5, initializer));
        _inputs.ForEach(input => message.Message(11, input));
        _outputs.ForEach(output => message.Message(12, output));
        _described.ForEach(value => message.Message(13, value));
        return message;
    }

    private string Constant(OnnxType type, long[] shape, byte[] bytes)
        => Initializer(NextName("Constant"), type, shape, bytes.Length, stream => stream.Write(bytes));

    private string Initializer(string name, OnnxType type, long[] shape, long length, Action<Stream> write)
    {
        if (!_initializerNames.Add(name))
        {
            return name;
        }

        var tensor = new ProtobufWriter();
        foreach (var dimension in shape)
        {
            tensor.Integer(1, dimension);
        }

        _initializers.Add(tensor.Integer(2, (int)type).Text(8, name).Bytes(9, length, write));
        return name;
    }

    private string NextName(string operation) => string.Create(CultureInfo.InvariantCulture, $"{operation}_{_names.Next++}");

    private static ProtobufWriter NodeMessage(
        string operation, string domain, IReadOnlyList<string> inputs, string[] outputs, IReadOnlyList<NodeSetting> attributes)
    {
        var node = new ProtobufWriter();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        foreach (var output in outputs)
        {
            node.Text(2, output);
        }

        node.Text(3, $"/{outputs[0]}").Text(4, operation);
        foreach (var attribute in attributes)
        {
            node.Message(5, attribute.Message);
        }

        return domain.Length == 0 ? node : node.Text(7, domain);
    }

    private static ProtobufWriter Value(string name, OnnxType type, object[] shape)
    {
        var dimensions = new ProtobufWriter();
        foreach (var dimension in shape)
        {
            dimensions.Message(1, dimension is string axis
                ? new ProtobufWriter().Text(2, axis)
                : new ProtobufWriter().Integer(1, Convert.ToInt64(dimension, CultureInfo.InvariantCulture)));
        }

        var tensor = new ProtobufWriter().Integer(1, (int)type).Message(2, dimensions);
        return new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, tensor));
    }

    private sealed class Counter
    {
        public int Next { get; set; }
    }
}
