using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SocialSentiment.Api.Tests.Fuzz;

/// <summary>Keeps what a service writes into its log as an error.</summary>
internal sealed class ErrorLog : ILoggerProvider
{
    /// <summary>Its words come from a source that the whole process shares: they may be about any other test's broker.</summary>
    private const string Shared = "RabbitMQ.Client";

    private readonly ConcurrentQueue<string> _errors = [];

    public IReadOnlyList<string> Errors => [.. _errors];

    public void Forget() => _errors.Clear();

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _errors);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<string> errors) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error && category != Shared;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                errors.Enqueue($"{category}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
