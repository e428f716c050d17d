using System.Text.Json;
using SocialSentiment.Bench;
using SocialSentiment.Bench.Load;

const string Usage = """
    Sends posts to the API and measures how fast they are accepted and labelled.
      --api URL          (http://localhost:8080)
      --key KEY          shown with each request; none is needed on the same machine in Development
      --rate N           posts per second, sent whether or not answers come (open loop);
                         0: as fast as the answers come (closed loop, the default)
      --seconds N        how long to send (10)
      --batch N          posts per request; 1 uses POST /posts, more POST /posts/batch (1)
      --connections N    connections at most; in the closed loop also the number of senders (32)
      --texts PLACE      a file or folder of texts, one per line; made up if not given
      --keys yes|no      send an Idempotency-Key with each request (yes)
      --drain N          seconds to wait for the last labels after the last post (60)
      --json FILE        write the report there too
      --name TEXT        a heading for the report
    """;

if (Arguments.Read(args, Usage, "api", "key", "rate", "seconds", "batch", "connections", "texts", "keys", "drain", "json", "name") is not { } arguments)
{
    return 2;
}

var options = new LoadOptions(
    new Uri(arguments.Text("api", "http://localhost:8080")),
    arguments.Text("key"),
    arguments.Number("rate", 0),
    TimeSpan.FromSeconds(arguments.Number("seconds", 10)),
    arguments.Count("batch", 1),
    arguments.Count("connections", 32),
    arguments.Text("keys", "yes") == "yes",
    TimeSpan.FromSeconds(arguments.Number("drain", 60)),
    arguments.Text("texts") is { } place ? Texts.Read(place) : Texts.MakeUp(5_000));

var report = await LoadRun.RunAsync(options);
report.Print(arguments.Text("name", options.Describe()));
if (arguments.Text("json") is { } file)
{
    await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, LoadJson.Default.LoadReport));
}

return report.Accepted > 0 ? 0 : 1;
