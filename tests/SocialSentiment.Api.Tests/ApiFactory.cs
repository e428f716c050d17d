using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SocialSentiment.ServiceDefaults.Security;

namespace SocialSentiment.Api.Tests;

/// <summary>The API itself, with the database and the broker it is given.</summary>
internal sealed class ApiFactory(string database, string broker, params (string Key, string Value)[] settings) : WebApplicationFactory<Program>
{
    public const string ServiceKey = "the-service-key-of-the-tests";

    /// <summary>What a test adds to the services.</summary>
    public Action<IServiceCollection>? More { get; init; }

    /// <summary>Who wants to know what it writes into its log.</summary>
    public ILoggerProvider? Log { get; init; }

    public static ApiFactory OnSocket(string database, string broker, params (string Key, string Value)[] settings)
        => new ApiFactory(database, broker, settings).OnSocket();

    /// <summary>On a real socket: limits, streams and broken connections are the server's business, not the test host's.</summary>
    public ApiFactory OnSocket()
    {
        // The port is in the settings: UseKestrel(port) sets it too late when the server is quick to start.
        UseKestrel();
        StartServer();
        return this;
    }

    /// <summary>A client with a key of its own, or without any; others show the service key.</summary>
    public HttpClient ClientWith(string? key)
    {
        var http = CreateClient();
        http.DefaultRequestHeaders.Remove(ShownKey.Header);
        if (key is not null)
        {
            http.DefaultRequestHeaders.Add(ShownKey.Header, key);
        }

        return http;
    }

    protected override void ConfigureClient(HttpClient client)
    {
        base.ConfigureClient(client);
        client.DefaultRequestHeaders.Add(ShownKey.Header, ServiceKey);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder
            .UseEnvironment("Production")
            .UseUrls("http://127.0.0.1:0")
            .UseSetting("Logging:LogLevel:Default", "Warning")
            .UseSetting("ConnectionStrings:sentiment", database)
            .UseSetting("ConnectionStrings:rabbitmq", broker)
            .UseSetting("Security:ServiceKey", ServiceKey);
        if (Log is not null)
        {
            builder.ConfigureLogging(logging => logging.AddProvider(Log));
        }

        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureServices(services => More?.Invoke(services));
    }
}
