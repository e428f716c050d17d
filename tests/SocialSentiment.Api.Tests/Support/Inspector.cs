using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults;

namespace SocialSentiment.Api.Tests.Support;

/// <summary>Looks into a broker's queues from outside.</summary>
internal sealed class Inspector : IDisposable
{
    private readonly IHost _host;

    private Inspector(IHost host) => _host = host;

    public QueueInspector Queues => _host.Services.GetRequiredService<QueueInspector>();

    public static async Task<Inspector> OpenAsync(string broker)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:rabbitmq", broker)]);
        builder.AddServiceDefaults();
        builder.AddMessaging();
        var host = builder.Build();
        await host.StartAsync();
        return new Inspector(host);
    }

    public void Dispose() => _host.Dispose();
}
