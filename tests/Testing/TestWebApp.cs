using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace SocialSentiment.Testing;

/// <summary>A small web application on a real socket of the loopback address.</summary>
public sealed class TestWebApp : IAsyncDisposable
{
    private TestWebApp(WebApplication app) => App = app;

    public WebApplication App { get; }

    public Uri Address => new(App.Urls.First());

    /// <summary>A plain client of this application.</summary>
    public HttpClient Client() => new() { BaseAddress = Address };

    public static async Task<TestWebApp> StartAsync(
        Action<WebApplicationBuilder>? build,
        Action<WebApplication> map,
        CancellationToken cancellationToken,
        string environment = "Production",
        int port = 0)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        build?.Invoke(builder);
        var app = builder.Build();
        map(app);
        await app.StartAsync(cancellationToken);
        return new TestWebApp(app);
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
