namespace SocialSentiment.Testing;

/// <summary>A PostgreSQL server of the test's own, with an empty database <c>sentiment</c>.</summary>
public sealed class TestPostgres : IAsyncDisposable
{
    private const string Database = "sentiment";

    private readonly string _bin = FindBin();
    private readonly string _folder = Directory.CreateTempSubdirectory("postgres-").FullName;
    private readonly int _port = FreePort.Next();
    private ServerProcess? _server;

    private TestPostgres()
    {
    }

    public int Port => _port;

    public string ConnectionString => Connection(Database);

    public static async Task<TestPostgres> StartAsync(CancellationToken cancellationToken)
    {
        var postgres = new TestPostgres();
        await postgres.ToolAsync("initdb", ["-D", postgres._folder, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"], cancellationToken);
        await postgres.RestartAsync(cancellationToken);
        await postgres.CreateDatabaseAsync(Database, cancellationToken);
        return postgres;
    }

    /// <summary>Makes another empty database, for who would disturb the others, and says how to reach it.</summary>
    public async Task<string> CreateDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await ToolAsync("createdb", ["-h", "127.0.0.1", "-p", $"{_port}", "-U", "postgres", name], cancellationToken);
        return Connection(name);
    }

    /// <summary>Starts the server, on the data it had.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await KillAsync();
        File.Delete(Path.Combine(_folder, "postmaster.pid"));
        var (file, arguments) = AsOrdinaryUser(
            "postgres",
            ["-D", _folder, "-p", $"{_port}", "-h", "127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=500"]);
        _server = ServerProcess.Start(file, arguments);
        await Eventually.TrueAsync(IsReadyAsync, cancellationToken);

        async Task<bool> IsReadyAsync()
        {
            if (_server.HasExited)
            {
                throw new InvalidOperationException($"PostgreSQL ended: {_server.Output}");
            }

            var (exitCode, _) = await ServerProcess.RunAsync(Path.Combine(_bin, "pg_isready"), ["-h", "127.0.0.1", "-p", $"{_port}"], cancellationToken);
            return exitCode == 0;
        }
    }

    /// <summary>Ends the server as a crash would.</summary>
    public async Task KillAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            _server = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await TemporaryFolder.DeleteAsync(_folder);
    }

    private string Connection(string database) => $"Host=127.0.0.1;Port={_port};Username=postgres;Password=unused;Database={database}";

    private async Task ToolAsync(string tool, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var (file, all) = AsOrdinaryUser(tool, arguments);
        var (exitCode, output) = await ServerProcess.RunAsync(file, all, cancellationToken);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{tool} failed with {exitCode}: {output}");
        }
    }

    /// <summary>PostgreSQL refuses to run as root; where the tests do, it gets a user namespace in which it is somebody else.</summary>
    private (string File, IEnumerable<string> Arguments) AsOrdinaryUser(string tool, IEnumerable<string> arguments)
    {
        var path = Path.Combine(_bin, tool);
        return Environment.IsPrivilegedProcess
            ? ("unshare", ["--user", "--map-user=1000", "--map-group=1000", "--", path, .. arguments])
            : (path, arguments);
    }

    private static string FindBin()
    {
        string[] debian = Directory.Exists("/usr/lib/postgresql")
            ? [.. Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0).Select(folder => Path.Combine(folder, "bin"))]
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return debian.Concat(path).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
            ?? throw new InvalidOperationException("These tests need PostgreSQL's programs (initdb, postgres): install the package postgresql.");
    }
}
