using System.Net.Sockets;

namespace SocialSentiment.Testing;

/// <summary>A RabbitMQ broker of the test's own, with a port mapper of its own, so that it knows of no other broker on the machine.</summary>
public sealed class TestRabbitMq : IAsyncDisposable
{
    private static readonly string[] s_places = ["/usr/lib/rabbitmq/bin/rabbitmq-server", "/usr/sbin/rabbitmq-server", "/usr/local/sbin/rabbitmq-server", "/opt/homebrew/sbin/rabbitmq-server"];

    private readonly string _program = s_places.FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("These tests need RabbitMQ: install the package rabbitmq-server.");

    private readonly string _folder = Directory.CreateTempSubdirectory("rabbitmq-").FullName;
    private readonly int _port = FreePort.Next();
    private readonly int _distributionPort = FreePort.Next();
    private readonly int _mapperPort = FreePort.Next();
    private readonly ServerProcess _mapper;
    private ServerProcess? _server;

    private TestRabbitMq()
        => _mapper = ServerProcess.Start("epmd", ["-port", $"{_mapperPort}", "-address", "127.0.0.1"]);

    public int Port => _port;

    public string ConnectionString => $"amqp://guest:guest@127.0.0.1:{_port}";

    public static async Task<TestRabbitMq> StartAsync(CancellationToken cancellationToken)
    {
        var broker = new TestRabbitMq();
        await broker.RestartAsync(cancellationToken);
        return broker;
    }

    /// <summary>Starts the broker, on the data it had or, if <paramref name="wipe"/> is set, on none.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken, bool wipe = false)
    {
        await KillAsync();
        if (wipe)
        {
            await TemporaryFolder.DeleteAsync(DataFolder);
        }

        var plugins = Path.Combine(_folder, "enabled_plugins");
        await File.WriteAllTextAsync(plugins, "[].", cancellationToken);
        _server = ServerProcess.Start(_program, [], new Dictionary<string, string>(NodeEnvironment())
        {
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = $"{_port}",
            ["RABBITMQ_DIST_PORT"] = $"{_distributionPort}",
            ["RABBITMQ_MNESIA_BASE"] = DataFolder,
            ["RABBITMQ_LOG_BASE"] = Path.Combine(_folder, "log"),
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = plugins,
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder, "none"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(_folder, "none"),
            // One scheduler that sleeps when idle: on a small machine a broker is otherwise busy doing nothing.
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-start_epmd false +S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none",
        });
        await Eventually.TrueAsync(IsReadyAsync, cancellationToken);
    }

    /// <summary>Ends the broker as a crash would.</summary>
    public async Task KillAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            _server = null;
        }
    }

    /// <summary>Runs rabbitmqctl against the broker.</summary>
    public async Task ControlAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var program = Path.Combine(Path.GetDirectoryName(_program)!, "rabbitmqctl");
        var (exitCode, output) = await ServerProcess.RunAsync(program, arguments, cancellationToken, NodeEnvironment());
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"rabbitmqctl failed with {exitCode}: {output}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _mapper.DisposeAsync();
        await TemporaryFolder.DeleteAsync(_folder);
    }

    private string DataFolder => Path.Combine(_folder, "data");

    private Dictionary<string, string> NodeEnvironment() => new()
    {
        ["HOME"] = _folder,
        ["ERL_EPMD_PORT"] = $"{_mapperPort}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODENAME"] = $"test{_port}@localhost",
    };

    /// <summary>The broker opens its port when it has finished booting.</summary>
    private async Task<bool> IsReadyAsync()
    {
        if (_server!.HasExited)
        {
            throw new InvalidOperationException($"RabbitMQ ended: {_server.Output}");
        }

        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync("127.0.0.1", _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
