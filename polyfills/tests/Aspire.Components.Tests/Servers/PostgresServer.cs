using System.Diagnostics;
using System.Globalization;

namespace Aspire.Components.Tests.Servers;

/// <summary>A private PostgreSQL in a temporary folder, on a free port.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("postgres-");
    private readonly int _port = LocalProcess.FreePort();
    private LocalProcess? _process;

    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=postgres;Database=notes;Timeout=5";

    private string Data => Path.Combine(_folder.FullName, "data");

    public async ValueTask InitializeAsync()
    {
        var initdb = AsOrdinaryUser("initdb", "--pgdata", Data, "--username", "postgres", "--auth", "trust", "--no-sync", "--no-instructions");
        await LocalProcess.RunAsync(initdb.FileName, [.. initdb.ArgumentList]);
        await StartAsync();
    }

    public async Task StartAsync() => _process = await LocalProcess.StartAsync(
        AsOrdinaryUser("postgres", "-D", Data, "-p", _port.ToString(CultureInfo.InvariantCulture), "-h", "127.0.0.1", "-k", "", "-F"),
        readyLine: "database system is ready to accept connections");

    /// <summary>Ends the server as a crash would: every connection is cut, nothing is tidied up.</summary>
    public Task CrashAsync() => _process!.StopAsync("QUIT");

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.StopAsync("INT");
            await _process.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    /// <summary>PostgreSQL refuses to run as root, so root becomes user 1000 of a user namespace for it.</summary>
    private static ProcessStartInfo AsOrdinaryUser(string program, params string[] arguments)
    {
        var path = Find(program);
        return Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("unshare", ["--user", "--map-user=1000", "--map-group=1000", path, .. arguments])
            : new ProcessStartInfo(path, arguments);
    }

    /// <summary>Debian keeps PostgreSQL's programs off the PATH, one folder per version.</summary>
    private static string Find(string program) =>
        Directory.GetDirectories("/usr/lib/postgresql")
            .OrderByDescending(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))
            .Select(folder => Path.Combine(folder, "bin", program))
            .First(File.Exists);
}
