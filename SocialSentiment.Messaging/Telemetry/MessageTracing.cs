using System.Diagnostics;

namespace SocialSentiment.Messaging;

/// <summary>
/// The spans of messages, and their way through headers. The client library's own spans are switched off: it knows
/// nothing of batches, and on the receiving side it begins a new trace for every message.
/// </summary>
internal static class MessageTracing
{
    public const string SourceName = "SocialSentiment.Messaging";

    private static readonly ActivitySource s_source = new(SourceName);

    /// <summary>The context that a message goes out with: a span of its own where its trace is recorded, else that of its trace.</summary>
    public static Activity? StartPublish(string destination, string? messageId, ref ActivityContext trace)
    {
        if (trace == default)
        {
            trace = Activity.Current?.Context ?? default;
        }

        var span = Start($"publish {destination}", ActivityKind.Producer, trace);
        Describe(span, "send", "publish", destination, messageId);
        trace = span?.Context ?? trace;
        return span;
    }

    public static Activity? StartProcess(string queue, string? messageId, ref ActivityContext trace)
    {
        var span = Start($"process {queue}", ActivityKind.Consumer, trace);
        Describe(span, "process", "process", queue, messageId);
        trace = span?.Context ?? trace;
        return span;
    }

    public static Activity? StartCall(string queue, out ActivityContext trace)
    {
        trace = Activity.Current?.Context ?? default;
        var span = Start($"call {queue}", ActivityKind.Client, trace);
        Describe(span, "send", "call", queue, messageId: null);
        trace = span?.Context ?? trace;
        return span;
    }

    public static Activity? StartServe(string queue, ref ActivityContext trace)
    {
        var span = Start($"serve {queue}", ActivityKind.Server, trace);
        Describe(span, "process", "serve", queue, messageId: null);
        trace = span?.Context ?? trace;
        return span;
    }

    /// <summary>A span may end long after the call that began it, and on another thread; it is nobody's current one meanwhile.</summary>
    private static Activity? Start(string name, ActivityKind kind, ActivityContext parent)
    {
        if ((parent.TraceFlags & ActivityTraceFlags.Recorded) == 0)
        {
            return null;
        }

        var current = Activity.Current;
        var span = s_source.StartActivity(name, kind, parent);
        Activity.Current = current;
        return span;
    }

    public static void Fail(Activity? span, Exception error)
    {
        span?.SetStatus(ActivityStatusCode.Error, error.Message);
        span?.SetTag("error.type", error.GetType().FullName);
    }

    /// <summary>An unsampled trace travels as well: its id is part of a result's provenance.</summary>
    public static void Write(ActivityContext trace, Dictionary<string, object?> headers)
    {
        if (trace.TraceId == default)
        {
            return;
        }

        headers[MessageHeaders.TraceParent] = $"00-{trace.TraceId.ToHexString()}-{trace.SpanId.ToHexString()}-{(int)trace.TraceFlags:x2}";
        if (!string.IsNullOrEmpty(trace.TraceState))
        {
            headers[MessageHeaders.TraceState] = trace.TraceState;
        }
    }

    public static ActivityContext Read(IReadOnlyDictionary<string, object?> headers)
        => ActivityContext.TryParse(MessageHeaders.Text(headers, MessageHeaders.TraceParent), MessageHeaders.Text(headers, MessageHeaders.TraceState), isRemote: true, out var trace)
            ? trace
            : default;

    private static void Describe(Activity? span, string type, string operation, string destination, string? messageId)
    {
        if (span is not { IsAllDataRequested: true })
        {
            return;
        }

        span.SetTag("messaging.system", "rabbitmq");
        span.SetTag("messaging.operation.type", type);
        span.SetTag("messaging.operation.name", operation);
        span.SetTag("messaging.destination.name", destination);
        if (messageId is not null)
        {
            span.SetTag("messaging.message.id", messageId);
        }
    }
}
