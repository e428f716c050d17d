using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace SocialSentiment.Bench.Inference;

/// <summary>A server in a process of its own, which answers <c>POST /predict</c>.</summary>
internal sealed class Server : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private readonly Process _process;

    private Server(string name, string address, ProcessStartInfo start)
    {
        Name = name;
        Http = new HttpClient(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) }) { BaseAddress = new Uri(address), Timeout = s_patience };
        start.RedirectStandardOutput = true;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => LastWords = line.Data ?? LastWords;
        _process.BeginOutputReadLine();
    }

    public string Name { get; }

    public HttpClient Http { get; }

    /// <summary>Resident memory in bytes.</summary>
    public long Resident
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>What it had of the processors so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    private string LastWords { get; set; } = "";

    /// <summary>The worker with one model. There is no broker, for which it waits in the background; the model service needs none.</summary>
    public static Task<Server> StartWorkerAsync(string assembly, BenchModels models, string key, string precision)
    {
        var address = FreeAddress();
        return StartAsync("SocialSentiment", address, new ProcessStartInfo("dotnet", [assembly])
        {
            Environment =
            {
                ["ASPNETCORE_URLS"] = address,
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_CONTENTROOT"] = Path.GetDirectoryName(assembly),
                ["ConnectionStrings__rabbitmq"] = "amqp://127.0.0.1:1",
                ["ModelStore__Folder"] = models.Folder,
                ["Models__Default"] = key,
                ["Models__Precisions__0"] = precision,
                ["HF_HUB_OFFLINE"] = "1",
                ["Logging__LogLevel__Default"] = "Critical",
            },
        });
    }

    /// <param name="threads">Of one computation; none: as the runtime likes.</param>
    public static Task<Server> StartPeerAsync(string name, string script, string modules, Network network, int? threads)
    {
        var address = FreeAddress();
        var start = new ProcessStartInfo("node", [script])
        {
            Environment =
            {
                ["NODE_ENV"] = "production",
                ["NODE_PATH"] = modules,
                ["MODEL"] = network.Path,
                ["TOKENIZER"] = Path.Combine(network.Stored.Folder, "tokenizer.json"),
                ["LABELS"] = string.Join(',', network.Entry.Labels),
                ["PORT"] = new Uri(address).Port.ToString(CultureInfo.InvariantCulture),
            },
        };
        if (threads is { } count)
        {
            start.Environment["THREADS"] = count.ToString(CultureInfo.InvariantCulture);
        }

        return StartAsync(name, address, start);
    }

    /// <summary>The body of a request for one text.</summary>
    public static byte[] Predict(string text) => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["text"] = text });

    /// <summary>The body of a request for several.</summary>
    public static byte[] PredictBatch(IEnumerable<string> texts) => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, IEnumerable<string>> { ["texts"] = texts });

    /// <summary>Whether it answered; what it answered is read to the end.</summary>
    public async Task<bool> AskAsync(string path, byte[] body, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body) { Headers = { { "Content-Type", "application/json" } } };
        using var response = await Http.PostAsync(path, content, cancellationToken);
        await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return response.StatusCode == HttpStatusCode.OK;
    }

    public void Dispose()
    {
        Http.Dispose();
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<Server> StartAsync(string name, string address, ProcessStartInfo start)
    {
        var server = new Server(name, address, start);
        var body = Predict("I love this, it is wonderful!");
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < s_patience && !server._process.HasExited;)
        {
            try
            {
                if (await server.AskAsync("/predict", body, CancellationToken.None))
                {
                    return server;
                }
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await Task.Delay(100);
        }

        var words = server.LastWords;
        server.Dispose();
        throw new InvalidOperationException($"{name} did not come up: {words}");
    }

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
