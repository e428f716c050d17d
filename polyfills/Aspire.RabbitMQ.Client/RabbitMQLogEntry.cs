using System.Collections;
using System.Diagnostics.Tracing;

namespace Aspire.RabbitMQ.Client;

/// <summary>
/// One event of RabbitMQ.Client as a log entry. Its payload is <c>[message]</c>, or for errors
/// <c>[message, { Type, Message, StackTrace, InnerException }]</c>.
/// </summary>
internal sealed class RabbitMQLogEntry : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly List<KeyValuePair<string, object?>> _attributes = [];

    public RabbitMQLogEntry(EventWrittenEventArgs eventData)
    {
        Message = eventData.Payload is [var message, ..] ? message?.ToString() ?? "" : eventData.EventName ?? "";

        if (eventData.Payload is [_, IDictionary<string, object?> exception])
        {
            Add(exception, "Type", "exception.type");
            Add(exception, "Message", "exception.message");
            Add(exception, "StackTrace", "exception.stacktrace");
            Add(exception, "InnerException", "exception.innerexception");
        }
        else
        {
            _attributes.Add(new("{OriginalFormat}", Message));
        }
    }

    public string Message { get; }

    public int Count => _attributes.Count;

    public KeyValuePair<string, object?> this[int index] => _attributes[index];

    public override string ToString() => Message;

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _attributes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Add(IDictionary<string, object?> exception, string key, string attribute)
    {
        if (exception.TryGetValue(key, out var value) && value is not (null or ""))
        {
            _attributes.Add(new(attribute, value));
        }
    }
}
