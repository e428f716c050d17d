using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SocialSentiment.MlWorker.Models.Hub;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.Testing;

namespace SocialSentiment.MlWorker.Tests.Hub;

/// <summary>A hub with one model on it, a folder of its own and clients that lose no time.</summary>
internal sealed class HubBench : IAsyncDisposable
{
    public const string Name = "Xenova/tiny";
    public const string Network = "onnx/model_quantized.onnx";
    public const int NetworkSize = 300_000;

    private readonly List<HttpClient> _clients = [];

    private HubBench(HubStandIn hub)
    {
        Hub = hub;
        Repository = hub.Add(Name, Model());
        Options = new HubOptions
        {
            Endpoint = hub.Address.ToString(),
            RetryDelay = TimeSpan.FromMilliseconds(1),
            MaxRetries = 3,
        };
    }

    public HubStandIn Hub { get; }

    public HubRepository Repository { get; }

    public HubOptions Options { get; }

    public ModelDisk Disk { get; set; } = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("hub-").FullName;

    public string Target => Path.Combine(Folder, "files", Network);

    public static async Task<HubBench> StartAsync(CancellationToken cancellationToken) => new(await HubStandIn.StartAsync(cancellationToken));

    /// <summary>The files of a small model, the network's content made of a seed.</summary>
    public static Dictionary<string, byte[]> Model(int seed = 1)
    {
        var network = new byte[NetworkSize];
        new Random(seed).NextBytes(network);
        return new Dictionary<string, byte[]>
        {
            ["config.json"] = Encoding.UTF8.GetBytes("""{ "model_type": "distilbert", "architectures": ["DistilBertForSequenceClassification"] }"""),
            ["tokenizer.json"] = Encoding.UTF8.GetBytes("""{ "model": {} }"""),
            ["README.md"] = "A model."u8.ToArray(),
            [Network] = network,
        };
    }

    public HubClient Client()
    {
        var http = new HttpClient(HubClient.CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        _clients.Add(http);
        return new HubClient(http, Microsoft.Extensions.Options.Options.Create(Options), Disk, TimeProvider.System, NullLogger<HubClient>.Instance);
    }

    public ModelStore Store(TimeProvider? time = null)
        => new(Path.Combine(Folder, "models"), Path.Combine(Folder, "embedded"), Disk, time ?? TimeProvider.System, NullLogger<ModelStore>.Instance);

    /// <summary>Downloads the network to <see cref="Target"/>.</summary>
    public async Task<string> DownloadAsync(CancellationToken cancellationToken, HubClient? client = null)
    {
        client ??= Client();
        var snapshot = await client.ReadAsync(Name, "main", cancellationToken);
        return await client.DownloadAsync(snapshot, snapshot.Find(Network)!, Target, progress: null, cancellationToken);
    }

    /// <summary>The requests for the network's content.</summary>
    public IReadOnlyList<HubRequest> Fetches => [.. Hub.Requests.Where(request => request.OnCdn)];

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Hub.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
