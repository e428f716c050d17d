using System.Globalization;
using System.Text;

namespace SocialSentiment.Messaging;

/// <summary>The headers that travel with messages, and how they are read.</summary>
internal static class MessageHeaders
{
    /// <summary>When the message was sent: milliseconds since 1970.</summary>
    public const string SentAt = "x-sent-at";

    /// <summary>How often a quorum queue has handed the message out without it being settled.</summary>
    public const string DeliveryCount = "x-delivery-count";

    /// <summary>The same of the queue that a suspect came from.</summary>
    public const string EarlierDeliveries = "x-earlier-deliveries";

    /// <summary>The queue that a dead letter or a suspect came from.</summary>
    public const string Origin = "x-origin";

    public const string Reason = "x-reason";
    public const string Error = "x-error";
    public const string Attempts = "x-attempts";
    public const string TraceParent = "traceparent";
    public const string TraceState = "tracestate";

    /// <summary>How long the caller of a request waits, in milliseconds.</summary>
    public const string Patience = "x-patience-ms";

    /// <summary>On a reply: how the request failed.</summary>
    public const string Failure = "x-failure";

    private static readonly IReadOnlyDictionary<string, object?> s_none = new Dictionary<string, object?>();

    /// <summary>The broker knows text as bytes only.</summary>
    public static IReadOnlyDictionary<string, object?> Read(IDictionary<string, object?>? headers)
    {
        if (headers is null or { Count: 0 })
        {
            return s_none;
        }

        var read = new Dictionary<string, object?>(headers.Count, StringComparer.Ordinal);
        foreach (var (name, value) in headers)
        {
            read[name] = value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value;
        }

        return read;
    }

    public static string? Text(IReadOnlyDictionary<string, object?> headers, string name) => headers.GetValueOrDefault(name) as string;

    public static int Number(IReadOnlyDictionary<string, object?> headers, string name)
        => (int)Math.Clamp(LongNumber(headers, name) ?? 0, 0, int.MaxValue);

    public static long? LongNumber(IReadOnlyDictionary<string, object?> headers, string name) => headers.GetValueOrDefault(name) switch
    {
        null or string => null,
        IConvertible number => number.ToInt64(CultureInfo.InvariantCulture),
        _ => null,
    };
}
