using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace Aspire.Hosting.Dashboard.Grpc;

/// <summary>Messages as gRPC puts them on a stream: one byte that says whether it is compressed, four for the length, the message.</summary>
internal static class GrpcFrames
{
    private const int HeaderLength = 5;
    private const int MaxMessageLength = 4 * 1024 * 1024;

    public static async IAsyncEnumerable<T> ReadAllAsync<T>(PipeReader reader, MessageParser<T> parser, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var rest = read.Buffer;
            var messages = new List<T>();

            while (TryTakeFrame(ref rest, out var frame))
            {
                messages.Add(parser.ParseFrom(frame));
            }

            reader.AdvanceTo(rest.Start, rest.End);

            foreach (var message in messages)
            {
                yield return message;
            }

            if (read.IsCompleted)
            {
                if (!rest.IsEmpty)
                {
                    throw new GrpcException(GrpcStatus.Internal, "The request ends in the middle of a message.");
                }

                yield break;
            }
        }
    }

    public static async Task WriteAsync(PipeWriter writer, IMessage message, CancellationToken cancellationToken)
    {
        WriteHeader(writer.GetSpan(HeaderLength), message.CalculateSize());
        writer.Advance(HeaderLength);
        message.WriteTo(writer);
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void WriteHeader(Span<byte> header, int length)
    {
        header[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], length);
    }

    private static bool TryTakeFrame(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (buffer.Length < HeaderLength)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[HeaderLength];
        buffer.Slice(0, HeaderLength).CopyTo(header);
        if (header[0] != 0)
        {
            throw new GrpcException(GrpcStatus.Unimplemented, "Compressed requests are not supported.");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > MaxMessageLength)
        {
            throw new GrpcException(GrpcStatus.ResourceExhausted, $"A request of {length} bytes is over the limit of {MaxMessageLength}.");
        }

        if (buffer.Length < HeaderLength + length)
        {
            return false;
        }

        frame = buffer.Slice(HeaderLength, length);
        buffer = buffer.Slice(frame.End);
        return true;
    }
}
