using System.Diagnostics;
using System.Globalization;

namespace Aspire.Components.Tests.Servers;

/// <summary>A private RabbitMQ in a temporary folder, on free ports, with a port mapper (epmd) of its own.</summary>
public sealed class RabbitMQServer : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rabbitmq-");
    private readonly string _epmdPort = Port(LocalProcess.FreePort());
    private readonly string _distributionPort = Port(LocalProcess.FreePort());
    private LocalProcess? _epmd;
    private LocalProcess? _broker;

    public int BrokerPort { get; } = LocalProcess.FreePort();

    public string ConnectionString => $"amqp://guest:guest@127.0.0.1:{BrokerPort}";

    public async ValueTask InitializeAsync()
    {
        // Were there none, the broker would start one as a daemon, which nobody stops.
        _epmd = await LocalProcess.StartAsync(
            new ProcessStartInfo("epmd", ["-d", "-d", "-port", _epmdPort, "-address", "127.0.0.1"]), readyLine: "entering the main select() loop");
        await StartAsync();
    }

    public async Task StartAsync()
    {
        var folder = _folder.FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "enabled_plugins"), "[].");
        await File.WriteAllTextAsync(Path.Combine(folder, "env.conf"), "");
        await File.WriteAllTextAsync(Path.Combine(folder, "rabbitmq.conf"), "");

        _broker = await LocalProcess.StartAsync(
            new ProcessStartInfo("/usr/lib/rabbitmq/bin/rabbitmq-server")
            {
                Environment =
                {
                    ["HOME"] = folder,
                    ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
                    ["ERL_EPMD_PORT"] = _epmdPort,
                    ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "rabbitmq"),
                    ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(folder, "env.conf"),
                    ["RABBITMQ_DIST_PORT"] = _distributionPort,
                    ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "enabled_plugins"),
                    ["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "log"),
                    ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "mnesia"),
                    ["RABBITMQ_NODENAME"] = $"tests-{BrokerPort}@localhost",
                    ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
                    ["RABBITMQ_NODE_PORT"] = Port(BrokerPort),
                    ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
                    // The script then becomes the broker instead of watching over it.
                    ["RUNNING_UNDER_SYSTEMD"] = "1",
                },
            },
            readyLine: "Starting broker... completed");
    }

    public Task CrashAsync() => _broker!.StopAsync("KILL");

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _broker, _epmd })
        {
            if (process is not null)
            {
                await process.StopAsync("TERM");
                await process.DisposeAsync();
            }
        }

        _folder.Delete(recursive: true);
    }

    private static string Port(int port) => port.ToString(CultureInfo.InvariantCulture);
}
