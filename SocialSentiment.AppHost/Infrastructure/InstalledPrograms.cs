using System.Globalization;
using System.Text.RegularExpressions;

namespace SocialSentiment.AppHost.Infrastructure;

/// <summary>PostgreSQL and RabbitMQ as packages install them: on the PATH or where Debian, Red Hat and Homebrew put them.</summary>
internal sealed partial class InstalledPrograms(string? path, string root = "/")
{
    private readonly string[] _path = (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    public static InstalledPrograms OfThisMachine() => new(Environment.GetEnvironmentVariable("PATH"));

    /// <summary>
    /// The folder of a PostgreSQL server: the one that made the data if it is installed, else the first of the PATH,
    /// else the newest elsewhere.
    /// </summary>
    public string? FindPostgres(string dataFolder)
    {
        string[] candidates =
        [
            .. _path,
            .. NewestFirst("usr/lib/postgresql", "*/bin"),
            .. NewestFirst("usr", "pgsql-*/bin"),
            .. NewestFirst("opt/homebrew/opt", "postgresql@*/bin"),
            .. NewestFirst("usr/local/opt", "postgresql@*/bin"),
        ];
        var servers = candidates.Where(folder => HasProgram(folder, "postgres") && HasProgram(folder, "initdb")).ToArray();

        var version = Path.Combine(dataFolder, "PG_VERSION");
        var madeBy = File.Exists(version) && int.TryParse(File.ReadAllText(version), CultureInfo.InvariantCulture, out var major) ? major : (int?)null;
        return servers.FirstOrDefault(folder => madeBy is not null && MajorOf(folder) == madeBy) ?? servers.FirstOrDefault();
    }

    /// <summary>
    /// The program that runs RabbitMQ. What is found on the PATH may be a wrapper that insists on being root or the
    /// account "rabbitmq", so the folders of the package itself come first.
    /// </summary>
    public string? FindRabbitMQ()
    {
        string[] candidates =
        [
            Path.Combine(root, "usr/lib/rabbitmq/bin"),
            .. NewestFirst("usr/lib/rabbitmq/lib", "rabbitmq_server-*/sbin"),
            Path.Combine(root, "opt/rabbitmq/sbin"),
            Path.Combine(root, "opt/homebrew/opt/rabbitmq/sbin"),
            Path.Combine(root, "usr/local/opt/rabbitmq/sbin"),
            .. _path,
        ];
        return candidates.FirstOrDefault(folder => HasProgram(folder, "rabbitmq-server")) is { } found
            ? Path.Combine(found, "rabbitmq-server")
            : null;
    }

    private static bool HasProgram(string folder, string name)
    {
        var program = Path.Combine(folder, name);
        return File.Exists(program)
            && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(program) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
    }

    /// <summary>The folders that match <paramref name="pattern"/>, such as <c>*/bin</c>, highest version first.</summary>
    private IEnumerable<string> NewestFirst(string parent, string pattern)
    {
        var (name, inside) = (Path.GetDirectoryName(pattern)!, Path.GetFileName(pattern));
        var folder = new DirectoryInfo(Path.Combine(root, parent));
        return folder.Exists
            ? folder.EnumerateDirectories(name).OrderByDescending(d => NumberIn(d.Name)).Select(d => Path.Combine(d.FullName, inside))
            : [];
    }

    private static int? MajorOf(string folder)
    {
        var server = new FileInfo(Path.Combine(folder, "postgres"));
        var real = server.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? server.FullName;
        return VersionFolder().Match(real) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;
    }

    private static Version NumberIn(string name) =>
        Number().Match(name) is { Success: true } match && Version.TryParse(match.Value.Contains('.', StringComparison.Ordinal) ? match.Value : match.Value + ".0", out var version)
            ? version
            : new Version();

    [GeneratedRegex(@"\d+(\.\d+)*")]
    private static partial Regex Number();

    [GeneratedRegex(@"(?:postgresql[/@]|pgsql-)(\d+)")]
    private static partial Regex VersionFolder();
}
