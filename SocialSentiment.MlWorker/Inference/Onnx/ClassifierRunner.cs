using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SocialSentiment.MlWorker.Inference.Batching;

namespace SocialSentiment.MlWorker.Inference.Onnx;

/// <summary>
/// Computes batches with a network for classification. Its inputs and outputs lie in buffers that never move, and are
/// bound to the session once for every shape: a batch of a known shape allocates nothing.
/// </summary>
internal sealed class ClassifierRunner : IBatchRunner
{
    private const int MostShapes = 1_024;
    private static readonly OrtMemoryInfo s_cpu = OrtMemoryInfo.DefaultInstance;

    private readonly OnnxNetwork _network;
    private readonly OnnxNetwork? _wide;
    private readonly int _labels;
    private readonly int _padId;
    private readonly RunOptions _run = new();
    private readonly Dictionary<(OnnxNetwork Network, int Rows, int Length), Binding> _bindings = [];
    private readonly long[] _ids;
    private readonly long[] _mask;
    private readonly long[]? _types;
    private readonly float[] _logits;

    /// <param name="wide">The same network with more threads, for batches that have the machine to themselves.</param>
    /// <param name="maxTokens">Of a batch, padding included.</param>
    public ClassifierRunner(OnnxNetwork network, OnnxNetwork? wide, int labels, int padId, int maxRows, int maxTokens)
    {
        (_network, _wide, _labels, _padId) = (network, wide, labels, padId);
        _ids = GC.AllocateUninitializedArray<long>(maxTokens, pinned: true);
        _mask = GC.AllocateUninitializedArray<long>(maxTokens, pinned: true);
        _types = network.Session.InputMetadata.ContainsKey("token_type_ids") ? GC.AllocateArray<long>(maxTokens, pinned: true) : null;
        _logits = GC.AllocateUninitializedArray<float>(maxRows * labels, pinned: true);
    }

    public void Run(Batch batch)
    {
        var (rows, length) = (batch.Rows, batch.Longest);
        for (var row = 0; row < rows; row++)
        {
            var ids = batch.Ids(row);
            var start = row * length;
            for (var i = 0; i < ids.Length; i++)
            {
                _ids[start + i] = ids[i];
            }

            _mask.AsSpan(start, ids.Length).Fill(1);
            _ids.AsSpan(start + ids.Length, length - ids.Length).Fill(_padId);
            _mask.AsSpan(start + ids.Length, length - ids.Length).Clear();
        }

        _run.Terminate = false;
        try
        {
            var network = batch.IsAlone && _wide is not null ? _wide : _network;
            network.Session.RunWithBinding(_run, Bound(network, rows, length));
        }
        catch (OnnxRuntimeException error)
        {
            throw new ModelException(ModelError.Failed, $"{_network.Name} failed: {error.Message}", error);
        }

        for (var row = 0; row < rows; row++)
        {
            _logits.AsSpan(row * _labels, _labels).CopyTo(batch.Output(row));
        }
    }

    public void Terminate() => _run.Terminate = true;

    public void Dispose()
    {
        Forget();
        _run.Dispose();
    }

    private OrtIoBinding Bound(OnnxNetwork network, int rows, int length)
    {
        if (_bindings.TryGetValue((network, rows, length), out var bound))
        {
            return bound.Io;
        }

        if (_bindings.Count == MostShapes)
        {
            Forget();
        }

        var binding = new Binding(network.Session.CreateIoBinding());
        long[] shape = [rows, length];
        binding.Input("input_ids", Tensor(_ids, TensorElementType.Int64, shape));
        binding.Input("attention_mask", Tensor(_mask, TensorElementType.Int64, shape));
        if (_types is not null)
        {
            binding.Input("token_type_ids", Tensor(_types, TensorElementType.Int64, shape));
        }

        binding.Output("logits", Tensor(_logits, TensorElementType.Float, [rows, _labels]));
        _bindings.Add((network, rows, length), binding);
        return binding.Io;
    }

    private void Forget()
    {
        foreach (var binding in _bindings.Values)
        {
            binding.Dispose();
        }

        _bindings.Clear();
    }

    private static OrtValue Tensor<T>(T[] buffer, TensorElementType type, long[] shape)
        where T : unmanaged
        => OrtValue.CreateTensorValueWithData(s_cpu, type, shape, Marshal.UnsafeAddrOfPinnedArrayElement(buffer, 0), (long)buffer.Length * Marshal.SizeOf<T>());

    private sealed class Binding(OrtIoBinding io) : IDisposable
    {
        private readonly List<OrtValue> _values = new(4);

        public OrtIoBinding Io => io;

        public void Input(string name, OrtValue value)
        {
            _values.Add(value);
            io.BindInput(name, value);
        }

        public void Output(string name, OrtValue value)
        {
            _values.Add(value);
            io.BindOutput(name, value);
        }

        public void Dispose()
        {
            io.Dispose();
            foreach (var value in _values)
            {
                value.Dispose();
            }
        }
    }
}
