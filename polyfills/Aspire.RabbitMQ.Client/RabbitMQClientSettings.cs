namespace Aspire.RabbitMQ.Client;

/// <summary>How to connect to a RabbitMQ broker, and what to register besides the connection.</summary>
public sealed class RabbitMQClientSettings
{
    /// <summary>The broker's address: <c>amqp://user:password@host:port/vhost</c>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>How often a failed first connect is tried again; 5 by default, 0 for never.</summary>
    public int MaxConnectRetryCount { get; set; } = 5;

    /// <summary>Leaves the health check out; <see langword="false"/> by default.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Leaves tracing out; <see langword="false"/> by default.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>
    /// Connects when the connection is first asked for, instead of when the host starts; <see langword="true"/> by
    /// default.
    /// </summary>
    public bool DisableAutoActivation { get; set; } = true;
}
