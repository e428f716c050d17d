using System.Net.Http.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Accounting;
using SocialSentiment.Faults.Checking;
using SocialSentiment.Faults.Workload;
using SocialSentiment.Testing;

namespace SocialSentiment.Faults.Running;

/// <summary>A platform of real processes: PostgreSQL, RabbitMQ, replicas of the API and of the worker. Ends with the test.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    public const string Api = "SocialSentiment.Api";
    public const string Worker = "SocialSentiment.MlWorker";

    // What takes a minute in earnest takes seconds here.
    private static readonly Dictionary<string, string> s_hasty = new()
    {
        ["Posts__ProvisionalAfter"] = "00:00:02",
        ["Posts__ReconcileAfter"] = "00:00:04",
        ["Posts__ReconcileEvery"] = "00:00:01",
        ["Messaging__Heartbeat"] = "00:00:02",
        ["Replies__GiveUpAfter"] = "00:00:15",
    };

    private readonly List<ServiceProcess> _services = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private int _sources;

    private Cluster(TestPostgres postgres, TestRabbitMq rabbit) => (Postgres, Rabbit) = (postgres, rabbit);

    public TestPostgres Postgres { get; }

    public TestRabbitMq Rabbit { get; }

    public HttpClient Http => _http;

    /// <summary>The first API and the first worker: they are always there.</summary>
    public ServiceProcess FirstApi => _services[0];

    public ServiceProcess FirstWorker => _services[1];

    public static async Task<Cluster> StartAsync(CancellationToken cancellationToken)
    {
        var postgres = TestPostgres.StartAsync(cancellationToken);
        var rabbit = TestRabbitMq.StartAsync(cancellationToken);
        var cluster = new Cluster(await postgres, await rabbit);
        await cluster.AddAsync(Api, cancellationToken);
        await cluster.AddAsync(Worker, cancellationToken);
        await cluster.WaitUntilHealthyAsync(cancellationToken);
        return cluster;
    }

    /// <summary>Adds and starts a replica; its servers may be behind wires of the test's own.</summary>
    public async Task<ServiceProcess> AddAsync(
        string project,
        CancellationToken cancellationToken,
        TcpProxy? toPostgres = null,
        TcpProxy? toRabbit = null,
        string? failpoints = null,
        IReadOnlyDictionary<string, string>? settings = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var environment = new Dictionary<string, string>(s_hasty)
        {
            ["ConnectionStrings__sentiment"] = toPostgres is null ? Postgres.ConnectionString : Postgres.ConnectionString.Replace($"Port={Postgres.Port}", $"Port={toPostgres.Port}", StringComparison.Ordinal),
            ["ConnectionStrings__rabbitmq"] = toRabbit is null ? Rabbit.ConnectionString : Rabbit.ConnectionString.Replace($":{Rabbit.Port}", $":{toRabbit.Port}", StringComparison.Ordinal),
            ["ModelStore__Folder"] = Path.Combine(Path.GetTempPath(), $"no-models-{Environment.ProcessId}"),
            ["SOCIALSENTIMENT_FAILPOINTS"] = project == Worker ? "poison" : "",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }

        var service = new ServiceProcess($"{(project == Api ? "api" : "worker")}-{_services.Count(other => other.Project == project)}", project, environment);
        _services.Add(service);
        await service.StartAsync(failpoints is null ? [] : [failpoints]);
        return service;
    }

    /// <summary>Ends a replica and forgets it.</summary>
    public async Task RemoveAsync(ServiceProcess service)
    {
        _services.Remove(service);
        await service.DisposeAsync();
    }

    /// <summary>A name for the posts of one test.</summary>
    public History NewHistory(string name) => new($"{name}-{Interlocked.Increment(ref _sources)}");

    public Sender NewSender(History history) => new([FirstApi.Address], history);

    /// <summary>Starts whatever is down, and waits until all are well.</summary>
    public async Task WaitUntilHealthyAsync(CancellationToken cancellationToken)
    {
        foreach (var service in _services)
        {
            if (!service.IsRunning)
            {
                await service.StartAsync();
            }
        }

        foreach (var service in _services)
        {
            await service.WaitUntilHealthyAsync(cancellationToken);
        }
    }

    public async Task<AccountingResponse> AccountingAsync(CancellationToken cancellationToken)
        => (await _http.GetFromJsonAsync(new Uri(FirstApi.Address, "/accounting"), ContractsJson.Default.AccountingResponse, cancellationToken))!;

    /// <summary>Waits until no post is under way any more; a post that gets nowhere is left to the checker.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience ?? TimeSpan.FromSeconds(60));
        while (!deadline.IsCancellationRequested)
        {
            try
            {
                if (await AccountingAsync(deadline.Token) is { Pending: 0, OutboxSize: 0 })
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                // The API may be on its way up again.
            }

            await Task.Delay(50, deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Waits until all is at rest, reads everything back and judges it.</summary>
    public async Task<Verdict> JudgeAsync(History history, FeedRecorder? feed, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        await WaitUntilHealthyAsync(cancellationToken);
        await SettleAsync(cancellationToken, patience);
        if (feed is not null)
        {
            // A second listener is told how far the feed has come.
            await using var now = await FeedRecorder.StartAsync([FirstApi.Address], cancellationToken);
            await Eventually.TrueAsync(() => Task.FromResult(feed.LastId >= now.LastId), cancellationToken);
        }

        return Checker.Check(history, await Readback.TakeAsync(_http, FirstApi.Address, history.Source, feed, cancellationToken));
    }

    /// <summary>The last words of everyone.</summary>
    public string Log() => string.Join(Environment.NewLine, _services.Select(service => $"=== {service}{Environment.NewLine}{string.Join(Environment.NewLine, service.Output.Split(Environment.NewLine).TakeLast(25))}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.AsEnumerable().Reverse())
        {
            await service.DisposeAsync();
        }

        await Rabbit.DisposeAsync();
        await Postgres.DisposeAsync();
        _http.Dispose();
    }
}
