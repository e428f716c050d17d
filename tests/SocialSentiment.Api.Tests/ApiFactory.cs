using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging;

namespace SocialSentiment.Api.Tests;

/// <summary>The API itself, with the database and the broker it is given.</summary>
internal sealed class ApiFactory(string database, string broker, params (string Key, string Value)[] settings) : WebApplicationFactory<Program>
{
    /// <summary>On a real socket: limits, streams and broken connections are the server's business, not the test host's.</summary>
    public static ApiFactory OnSocket(string database, string broker, params (string Key, string Value)[] settings)
    {
        var api = new ApiFactory(database, broker, settings);
        api.ListenOnSocket();
        return api;
    }

    /// <summary>Who wants to know what it writes into its log.</summary>
    public ILoggerProvider? Log { get; init; }

    public void ListenOnSocket()
    {
        // The port is in the settings: UseKestrel(port) sets it too late when the server is quick to start.
        UseKestrel();
        StartServer();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder
            .UseEnvironment("Production")
            .UseUrls("http://127.0.0.1:0")
            .UseSetting("Logging:LogLevel:Default", "Warning")
            .UseSetting("ConnectionStrings:sentiment", database)
            .UseSetting("ConnectionStrings:rabbitmq", broker);
        if (Log is not null)
        {
            builder.ConfigureLogging(logging => logging.AddProvider(Log));
        }

        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
