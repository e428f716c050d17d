using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace Aspire.RabbitMQ.Client;

/// <summary>RabbitMQ.Client logs to an event source only; this carries its events over to the application's log.</summary>
internal sealed class RabbitMQEventSourceLogForwarder(ILoggerFactory loggerFactory) : IDisposable
{
    private readonly ILogger _logger = loggerFactory.CreateLogger("RabbitMQ.Client");
    private Listener? _listener;

    public void Start() => _listener ??= new Listener(_logger);

    public void Dispose() => _listener?.Dispose();

    private sealed class Listener : EventListener
    {
        private readonly ILogger? _logger;

        public Listener(ILogger logger)
        {
            _logger = logger;
            foreach (var source in EventSource.GetSources())
            {
                Enable(source);
            }
        }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            // The base constructor calls this before there is a logger; the constructor makes up for it.
            if (_logger is not null)
            {
                Enable(eventSource);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            // -1 is the runtime itself reporting that a source is broken.
            var level = MapLevel(eventData.Level);
            if (eventData.EventId != -1 && _logger is not null && _logger.IsEnabled(level))
            {
                _logger.Log(level, eventData.EventId, new RabbitMQLogEntry(eventData), exception: null, static (entry, _) => entry.Message);
            }
        }

        private void Enable(EventSource source)
        {
            if (source.Name is "rabbitmq-client" or "rabbitmq-dotnet-client")
            {
                EnableEvents(source, EventLevel.Verbose);
            }
        }

        private static LogLevel MapLevel(EventLevel level) => level switch
        {
            EventLevel.Critical => LogLevel.Critical,
            EventLevel.Error => LogLevel.Error,
            EventLevel.Warning => LogLevel.Warning,
            EventLevel.Verbose => LogLevel.Debug,
            _ => LogLevel.Information,
        };
    }
}
