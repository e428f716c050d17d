using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace SocialSentiment.Api.Http;

/// <summary>Where a page ended: the position in time of its last row, and its id. Opaque to callers.</summary>
internal readonly record struct PageCursor(DateTimeOffset At, Guid Id)
{
    private const int Size = sizeof(long) + 16;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, At.UtcTicks);
        Id.TryWriteBytes(bytes[sizeof(long)..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Where the page after this one begins, if more was found than a page holds.</summary>
    public static string? Next<T>(IReadOnlyList<T> found, int limit, Func<T, PageCursor> placeOf)
        => found.Count > limit ? placeOf(found[limit - 1]).ToString() : null;

    public static bool TryParse(string text, out PageCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Size];

        // The Try method throws on a character that is no base64url; this one says so.
        if (text.Length != Base64Url.GetEncodedLength(Size)
            || Base64Url.DecodeFromChars(text, bytes, out _, out var written) != OperationStatus.Done
            || written != Size)
        {
            return false;
        }

        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (ticks < DateTimeOffset.MinValue.UtcTicks || ticks > DateTimeOffset.MaxValue.UtcTicks)
        {
            return false;
        }

        cursor = new PageCursor(new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes[sizeof(long)..], bigEndian: true));
        return true;
    }
}
