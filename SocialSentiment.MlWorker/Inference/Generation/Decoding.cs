using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SocialSentiment.MlWorker.Inference.Onnx;

namespace SocialSentiment.MlWorker.Inference.Generation;

/// <summary>
/// One text being gone on with, in one or several rows of the same length. Keys and values stay where the network computes:
/// its outputs are bound there and become the inputs of the next step, and no managed memory ever holds them.
/// </summary>
internal sealed class Decoding : IDisposable
{
    /// <summary>Each position of a prompt gets a number per word of the vocabulary, of which only the last one's are wanted: it is read in pieces.</summary>
    private const int Piece = 256;

    private static readonly OrtMemoryInfo s_cpu = OrtMemoryInfo.DefaultInstance;

    private readonly DecoderNetwork _network;
    private readonly RunOptions _run;
    private readonly int _room;
    private readonly OrtMemoryInfo _memory;
    private readonly long[] _ids;
    private readonly long[] _texts;
    private readonly long[] _positions;
    private readonly long[] _mask;
    private readonly bool[] _branch = GC.AllocateArray<bool>(1, pinned: true);
    private readonly OrtValue?[] _past;
    private readonly Dictionary<OnnxNetwork, OrtIoBinding> _bindings = [];
    private OrtValue? _idsValue;
    private OrtValue? _positionsValue;
    private OrtValue? _logits;
    private (int Rows, int Count) _shape;
    private int _lastPosition;

    /// <param name="rows">The most there will be.</param>
    /// <param name="room">The longest that the text will become, in tokens.</param>
    /// <param name="run">To end a step from elsewhere.</param>
    public Decoding(DecoderNetwork network, int rows, int room, RunOptions run)
    {
        (_network, _room, _run) = (network, room, run);
        _memory = network.OnDevice ? new OrtMemoryInfo(OrtMemoryInfo.allocatorCUDA, OrtAllocatorType.DeviceAllocator, 0, OrtMemType.Default) : s_cpu;
        _ids = GC.AllocateUninitializedArray<long>(rows * room, pinned: true);
        _texts = network.IsCached ? [] : new long[rows * room];
        _positions = GC.AllocateUninitializedArray<long>(rows * room, pinned: true);
        _mask = GC.AllocateUninitializedArray<long>(rows * room, pinned: true);
        _past = new OrtValue?[network.Past.Length];

        // All rows are of one length, and nothing is ever filled up.
        _mask.AsSpan().Fill(1);
    }

    public int Rows { get; private set; } = 1;

    /// <summary>Of each row, in tokens.</summary>
    public int Length { get; private set; }

    /// <summary>Whether rows can be copied and left out; elsewhere than on the CPU they stay as they are.</summary>
    public bool CanSelect => !_network.OnDevice;

    /// <summary>What the network says of a row's next token.</summary>
    public ReadOnlySpan<float> Logits(int row)
    {
        var vocabulary = _network.Vocabulary;
        return _logits!.GetTensorDataAsSpan<float>().Slice(((row * (_lastPosition + 1)) + _lastPosition) * vocabulary, vocabulary);
    }

    /// <summary>Begins with a prompt, the same for all rows.</summary>
    public void Begin(ReadOnlySpan<int> prompt, int rows)
    {
        Rows = rows;
        while (!prompt.IsEmpty)
        {
            var count = _network.ReadsOn ? Math.Min(prompt.Length, Piece) : prompt.Length;
            for (var row = 0; row < rows; row++)
            {
                Take(row, prompt[..count]);
            }

            Run(count);
            prompt = prompt[count..];
        }
    }

    /// <summary>One more token for each row.</summary>
    public void Step(ReadOnlySpan<int> tokens)
    {
        for (var row = 0; row < Rows; row++)
        {
            Take(row, tokens.Slice(row, 1));
        }

        Run(1);
    }

    /// <summary>Goes on with these rows: the same row may be taken several times, and others left out. The logits are still those of before.</summary>
    public void Select(ReadOnlySpan<int> rows)
    {
        for (var row = 0; row < rows.Length && !_network.IsCached; row++)
        {
            // In place: rows move to the front, or are copies of the only one.
            _texts.AsSpan(rows[row] * _room, Length).CopyTo(_texts.AsSpan(row * _room));
        }

        for (var i = 0; i < _past.Length; i++)
        {
            var all = _past[i]!.GetTensorDataAsSpan<float>();
            var one = all.Length / Rows;
            var selected = OrtValue.CreateAllocatedTensorValue(_network.Allocator, TensorElementType.Float, [rows.Length, _network.Heads, Length, _network.HeadWidth]);
            var target = selected.GetTensorMutableDataAsSpan<float>();
            for (var row = 0; row < rows.Length; row++)
            {
                all.Slice(rows[row] * one, one).CopyTo(target[(row * one)..]);
            }

            _past[i]!.Dispose();
            _past[i] = selected;
        }

        Rows = rows.Length;
    }

    public void Dispose()
    {
        foreach (var binding in _bindings.Values)
        {
            binding.Dispose();
        }

        foreach (var past in _past)
        {
            past?.Dispose();
        }

        _idsValue?.Dispose();
        _positionsValue?.Dispose();
        _logits?.Dispose();
        if (_network.OnDevice)
        {
            _memory.Dispose();
        }
    }

    /// <summary>Without a cache each row keeps all of its text.</summary>
    private void Take(int row, ReadOnlySpan<int> tokens)
    {
        var target = _network.IsCached ? _ids.AsSpan(row * tokens.Length) : _texts.AsSpan((row * _room) + Length);
        for (var i = 0; i < tokens.Length; i++)
        {
            target[i] = tokens[i];
        }
    }

    private void Run(int count)
    {
        var network = Length == 0 ? _network.First : _network.Then;
        var from = Length;
        Length += count;
        if (!_network.IsCached)
        {
            (from, count) = (0, Length);
            for (var row = 0; row < Rows; row++)
            {
                _texts.AsSpan(row * _room, Length).CopyTo(_ids.AsSpan(row * Length));
            }
        }

        _lastPosition = count - 1;
        if (!_bindings.TryGetValue(network, out var binding))
        {
            _bindings[network] = binding = network.Session.CreateIoBinding();
        }

        var inputs = network.Session.InputMetadata;
        Shape(count);
        for (var i = 0; i < count; i++)
        {
            for (var row = 0; row < Rows; row++)
            {
                _positions[(row * count) + i] = from + i;
            }
        }

        binding.BindInput("input_ids", _idsValue!);
        using var mask = Tensor(_mask, [Rows, Length]);
        binding.BindInput("attention_mask", mask);
        if (inputs.ContainsKey("position_ids"))
        {
            binding.BindInput("position_ids", _positionsValue!);
        }

        using var branch = _network.TakesBranch ? BindBranch(binding, from > 0) : null;
        if (network == _network.Then)
        {
            for (var i = 0; i < _past.Length; i++)
            {
                _past[i] ??= OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [Rows, _network.Heads, 0, _network.HeadWidth]);
                binding.BindInput(_network.Past[i], _past[i]!);
            }
        }

        binding.BindOutput("logits", _logits!);
        foreach (var present in _network.Presents)
        {
            // Anew each time: what it was bound to is the result of the step before.
            binding.BindOutputToDevice(present, _memory);
        }

        try
        {
            network.Session.RunWithBinding(_run, binding);
        }
        catch (OnnxRuntimeException error)
        {
            throw new ModelException(ModelError.Failed, $"{network.Name} failed: {error.Message}", error);
        }

        // In the order in which they were bound: the logits, which are here already, and what the next step goes on from.
        var results = binding.GetOutputValues();
        results[0].Dispose();
        for (var i = 0; i < _past.Length; i++)
        {
            _past[i]?.Dispose();
            _past[i] = results[i + 1];
        }
    }

    /// <summary>The tensors that stay the same as long as there are as many rows.</summary>
    private void Shape(int count)
    {
        if (_shape == (Rows, count))
        {
            return;
        }

        _idsValue?.Dispose();
        _positionsValue?.Dispose();
        _logits?.Dispose();
        _shape = (Rows, count);
        _idsValue = Tensor(_ids, [Rows, count]);
        _positionsValue = Tensor(_positions, [Rows, count]);
        _logits = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [Rows, count, _network.Vocabulary]);
    }

    private OrtValue BindBranch(OrtIoBinding binding, bool useCache)
    {
        _branch[0] = useCache;
        var value = OrtValue.CreateTensorValueWithData(s_cpu, TensorElementType.Bool, [1], Marshal.UnsafeAddrOfPinnedArrayElement(_branch, 0), 1);
        binding.BindInput(CausalPrefix.UseCache, value);
        return value;
    }

    private static OrtValue Tensor(long[] buffer, long[] shape)
        => OrtValue.CreateTensorValueWithData(s_cpu, TensorElementType.Int64, shape, Marshal.UnsafeAddrOfPinnedArrayElement(buffer, 0), (long)buffer.Length * sizeof(long));
}
