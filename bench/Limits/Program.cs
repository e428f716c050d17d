using System.Globalization;
using System.Text.Json;
using SocialSentiment.Bench;
using SocialSentiment.Bench.Limits;

const string Usage = """
    Measures what PostgreSQL and RabbitMQ of this machine can do at most.
      --postgres URI    for example postgresql://postgres:secret@127.0.0.1:5432/sentiment
      --rabbitmq URI    for example amqp://guest:guest@127.0.0.1:5672
      --seconds N       of each database run (5)
      --messages N      through the broker (50000)
      --pgbench PROGRAM (pgbench)
      --json FILE       write the numbers there too
      --beside FOLDER   measure nothing: set the loads of an earlier run beside the limits that it measured
    """;

if (Arguments.Read(args, Usage, "postgres", "rabbitmq", "seconds", "messages", "pgbench", "json", "beside") is not { } arguments)
{
    return 2;
}

if (arguments.Text("beside") is { } folder)
{
    Ratios.Print(folder);
    return 0;
}

List<Limit> limits = [];
if (arguments.Text("postgres") is { } postgres)
{
    foreach (var clients in (int[])[1, 8])
    {
        limits.Add(await PostgresLimit.MeasureAsync(arguments.Text("pgbench", "pgbench"), postgres, clients, arguments.Count("seconds", 5)));
    }
}

if (arguments.Text("rabbitmq") is { } rabbitmq)
{
    limits.AddRange(await RabbitMqLimit.MeasureAsync(new Uri(rabbitmq), arguments.Count("messages", 50_000)));
}

Table.Print(["Limit", "per second"], limits.Select(limit => (string[])[limit.Name, limit.PerSecond.ToString("0", CultureInfo.InvariantCulture)]));
if (arguments.Text("json") is { } file)
{
    await File.WriteAllTextAsync(file, JsonSerializer.Serialize(limits.ToDictionary(limit => limit.Key, limit => limit.PerSecond)));
}

return 0;
