using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SocialSentiment.Bench.Limits;

/// <summary>Single-row inserts, each in a transaction of its own, by PostgreSQL's own pgbench.</summary>
internal static partial class PostgresLimit
{
    private const string Table = "bench_limits";

    public static async Task<Limit> MeasureAsync(string pgbench, string uri, int clients, int seconds)
    {
        var script = Path.GetTempFileName();
        try
        {
            await RunAsync("psql", [uri, "-qc", $"drop table if exists {Table}; create table {Table} (id bigserial primary key, created_at timestamptz not null default now(), body text not null)"]);
            await File.WriteAllTextAsync(script, $"insert into {Table} (body) values (repeat('x', 110) || :client_id);\n");
            var output = await RunAsync(pgbench, ["-n", "-M", "prepared", "-f", script, "-c", $"{clients}", "-j", "1", "-T", $"{seconds}", uri]);
            var rate = double.Parse(Tps().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
            await RunAsync("psql", [uri, "-qc", $"drop table {Table}"]);
            return new Limit($"inserts_{clients}", $"single-row inserts, {clients} client{(clients == 1 ? "" : "s")} (pgbench)", rate);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static async Task<string> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await errors}");
    }

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Tps();
}
