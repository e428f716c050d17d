using System.Buffers;
using System.Text;

namespace SocialSentiment.TestModels.Onnx;

/// <summary>
/// The part of protobuf that an ONNX file needs. Large values are kept as a promise to write them, so that a network of
/// half a gigabyte goes to its file without a second copy in memory.
/// </summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    private readonly List<Action<Stream>> _pieces = [];
    private ArrayBufferWriter<byte>? _open;

    /// <summary>How many bytes the message takes.</summary>
    public long Length { get; private set; }

    public ProtobufWriter Integer(int field, long value)
    {
        WriteVarint((ulong)(field << 3 | Varint));
        WriteVarint((ulong)value);
        return this;
    }

    public ProtobufWriter Float(int field, float value)
    {
        WriteVarint((ulong)(field << 3 | Fixed32));
        Append(BitConverter.GetBytes(value));
        return this;
    }

    public ProtobufWriter Text(int field, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        WriteHead(field, bytes.Length);
        Append(bytes);
        return this;
    }

    public ProtobufWriter Message(int field, ProtobufWriter message)
    {
        WriteHead(field, message.Length);
        AppendLater(message.Length, message.WriteTo);
        return this;
    }

    /// <summary>Bytes that are asked for only when the file is written.</summary>
    public ProtobufWriter Bytes(int field, long length, Action<Stream> write)
    {
        WriteHead(field, length);
        AppendLater(length, write);
        return this;
    }

    public void WriteTo(Stream stream)
    {
        foreach (var piece in _pieces)
        {
            piece(stream);
        }
    }

    private void WriteHead(int field, long length)
    {
        WriteVarint((ulong)(field << 3 | LengthDelimited));
        WriteVarint((ulong)length);
    }

    private void WriteVarint(ulong value)
    {
        Span<byte> bytes = stackalloc byte[10];
        var count = 0;
        for (; value >= 0x80; value >>= 7)
        {
            bytes[count++] = (byte)(value | 0x80);
        }

        bytes[count++] = (byte)value;
        Append(bytes[..count]);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_open is null)
        {
            var open = new ArrayBufferWriter<byte>();
            _open = open;
            _pieces.Add(stream => stream.Write(open.WrittenSpan));
        }

        _open.Write(bytes);
        Length += bytes.Length;
    }

    private void AppendLater(long length, Action<Stream> write)
    {
        _pieces.Add(write);
        _open = null;
        Length += length;
    }
}
