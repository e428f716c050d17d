using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>The gRPC server the dashboard connects to: loopback only, HTTP/2 only, and only for those who know the key.</summary>
internal sealed class ResourceServiceHost(DashboardSettings settings, DashboardService service, IHostApplicationLifetime lifetime, ILoggerFactory loggers) : IAsyncDisposable
{
    private WebApplication? _app;
    private CancellationTokenRegistration _stopping;

    /// <summary>Starts listening and returns the address.</summary>
    public async Task<string> StartAsync(CancellationToken cancellationToken)
    {
        // Not the slim builder: that one reads the AppHost's own ASPNETCORE_ variables, which mean the dashboard.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().SuppressStatusMessages(true).ConfigureKestrel(Listen);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoLifetime>());

        var app = _app = builder.Build();
        app.UseMiddleware<ApiKeyMiddleware>(new ApiKey(settings.ResourceServiceApiKey));
        service.Map(app);

        // Streams have no end of their own; without this the server would wait for them when the AppHost stops.
        _stopping = lifetime.ApplicationStopping.Register(app.Lifetime.StopApplication);

        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        return app.Urls.Single();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.DisposeAsync().ConfigureAwait(false);
        if (_app is { } app)
        {
            _app = null;
            await app.StopAsync().ConfigureAwait(false);
            await app.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        // A dashboard may be silent for as long as nobody answers a question.
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MaxRequestBodySize = null;

        var url = settings.ResourceServiceUrl;
        if (url is { IsLoopback: false })
        {
            throw new ArgumentException($"{ConfigNames.ResourceServiceUrl} must contain a local loopback address.");
        }

        if (url is { Host: "localhost", Port: not 0 })
        {
            kestrel.ListenLocalhost(url.Port, Speak);
        }
        else
        {
            kestrel.Listen(IPAddress.TryParse(url?.DnsSafeHost, out var address) ? address : IPAddress.Loopback, url?.Port ?? 0, Speak);
        }

        void Speak(ListenOptions listen)
        {
            listen.Protocols = HttpProtocols.Http2;
            if ((url?.Scheme ?? settings.Scheme) == "https")
            {
                listen.UseHttps();
            }
        }
    }

    /// <summary>The server starts and stops with the AppHost; signals are the AppHost's business.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
