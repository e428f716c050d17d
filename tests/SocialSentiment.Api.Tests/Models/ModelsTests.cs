using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Models;
using SocialSentiment.Contracts.Status;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Models;

/// <summary>What the API says of models and of itself. Broker and database are this test's own, and so are the workers.</summary>
public sealed class ModelsTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Models_are_those_of_all_workers_together()
    {
        await using var rabbitMq = await TestRabbitMq.StartAsync(Token);
        using var worker = await StandInWorker.StartAsync(rabbitMq.ConnectionString);
        await using var api = new ApiFactory(await servers.Postgres.CreateDatabaseAsync("models", Token), rabbitMq.ConnectionString, ("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=api-1"));
        using var http = api.CreateClient();
        await worker.AskedByAsync("api-1");

        var none = await ListAsync(http);
        Assert.Equal((null, null, 0, 0), (none.Active, none.ActiveVersion, none.Workers.Count, none.Models.Count));
        Assert.StartsWith("No worker is running.", none.Note, StringComparison.Ordinal);
        await MissingAsync(http, "compact", "No worker is running");

        await worker.SayAsync(StandInWorker.List("a", "compact", StandInWorker.Model("compact", ModelState.Loaded, active: true), StandInWorker.Model("big", ModelState.Absent)));
        await worker.SayAsync(StandInWorker.List("b", "compact", StandInWorker.Model("compact", ModelState.Loaded, active: true), StandInWorker.Model("big", ModelState.Present), StandInWorker.Model("added", ModelState.Unavailable)));
        var both = await UntilAsync(http, answer => answer.Workers.Count == 2);
        Assert.Equal(("compact", "compact-1", null), (both.Active, both.ActiveVersion, both.Note));
        Assert.Equal(["a", "b"], both.Workers.Select(one => one.Replica));
        Assert.All(both.Workers, one => Assert.InRange(one.HeardSecondsAgo, 0, 30));
        Assert.Equal(
            [("compact", ModelState.Loaded, true, 2), ("big", ModelState.Present, false, 2), ("added", ModelState.Unavailable, false, 1)],
            both.Models.Select(model => (model.Key, model.State, model.Active, model.Replicas!.Count)));

        var big = await http.GetFromJsonAsync("/models/BIG", ContractsJson.Default.ModelResponse, Token);
        Assert.Equal([("a", ModelState.Absent), ("b", ModelState.Present)], big!.Replicas!.Select(replica => (replica.Replica, replica.State)));
        await MissingAsync(http, "nothing", "There is no model 'nothing'. Known are: compact, big, added.");

        await worker.SayAsync(StandInWorker.List("b", "big", StandInWorker.Model("big", ModelState.Loaded, active: true)));
        var torn = await UntilAsync(http, answer => answer.Active == "big");
        Assert.Contains("do not agree", torn.Note, StringComparison.Ordinal);
        Assert.Equal(["big"], torn.Models.Where(model => model.Active).Select(model => model.Key));

        var status = await http.GetFromJsonAsync("/status", ContractsJson.Default.StatusResponse, Token);
        Assert.Equal(["a", "b"], status!.Workers!.Select(one => one.Replica));
        Assert.Equal(["analyze", "analyze.suspects", "results", "predict", "replies", "reply-results", "dead"], status.Queues!.Select(queue => queue.Name));
        Assert.All(status.Queues!, queue => Assert.NotNull(queue.Ready));
        Assert.Equal(1, status.Queues!.Single(queue => queue.Name == "results").Consumers);
        Assert.NotNull(status.Outbox);

        await worker.LeaveAsync("a");
        await worker.LeaveAsync("b");
        var gone = await UntilAsync(http, answer => answer.Workers.Count == 0);
        Assert.Null(gone.Active);
        Assert.Equal([("big", ModelState.Present, false)], gone.Models.Select(model => (model.Key, model.State, model.Active)));
    }

    [Fact]
    public async Task A_card_is_shown_with_its_model_and_kept_until_there_is_another_version()
    {
        await using var rabbitMq = await TestRabbitMq.StartAsync(Token);
        using var worker = await StandInWorker.StartAsync(rabbitMq.ConnectionString);
        await using var api = new ApiFactory(await servers.Postgres.CreateDatabaseAsync("cards", Token), rabbitMq.ConnectionString, ("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=api-1"));
        using var http = api.CreateClient();
        await worker.AskedByAsync("api-1");
        var compact = StandInWorker.Model("compact", ModelState.Present);

        await worker.SayAsync(StandInWorker.List("a", "vader", compact with { Card = "# compact" }));
        Assert.Equal("# compact", (await UntilAsync(model => model.Card is not null)).Card);
        Assert.All((await ListAsync(http)).Models, model => Assert.Null(model.Card));

        // What a worker says from time to time has no cards.
        await worker.SayAsync(StandInWorker.List("a", "vader", compact with { SizeBytes = 8 }));
        Assert.Equal("# compact", (await UntilAsync(model => model.SizeBytes == 8)).Card);

        await worker.SayAsync(StandInWorker.List("a", "vader", compact with { Version = "2" }));
        Assert.Null((await UntilAsync(model => model.Version == "2")).Card);

        Task<ModelResponse> UntilAsync(Func<ModelResponse, bool> accept) => Eventually.GetAsync(GetAsync, accept, Token);

        async Task<ModelResponse> GetAsync()
        {
            using var response = await http.GetAsync("/models/compact", Token);
            return response.IsSuccessStatusCode ? (await response.Content.ReadFromJsonAsync(ContractsJson.Default.ModelResponse, Token))! : compact;
        }
    }

    [Fact]
    public async Task The_status_does_not_wait_for_servers_that_take_calls_and_never_answer()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        await using var api = new ApiFactory($"Host=127.0.0.1;Port={port};Username=u;Password=p;Database=d", $"amqp://127.0.0.1:{port}");
        using var http = api.CreateClient();
        await http.GetAsync("/alive", Token);

        var started = Stopwatch.GetTimestamp();
        var status = await http.GetFromJsonAsync("/status", ContractsJson.Default.StatusResponse, Token);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 4);
        Assert.Equal([("postgresql", DependencyState.Down), ("rabbitmq", DependencyState.Down)], status!.Dependencies.Select(dependency => (dependency.Name, dependency.State)));
        Assert.Equal(7, status.Queues!.Count);
        Assert.All(status.Queues, queue => Assert.Null(queue.Ready));
        Assert.Empty(status.Workers!);
    }

    private static async Task<ModelsResponse> ListAsync(HttpClient http) => (await http.GetFromJsonAsync("/models", ContractsJson.Default.ModelsResponse, Token))!;

    private static Task<ModelsResponse> UntilAsync(HttpClient http, Func<ModelsResponse, bool> accept) => Eventually.GetAsync(() => ListAsync(http), accept, Token);

    private static async Task MissingAsync(HttpClient http, string key, string reason)
    {
        using var response = await http.GetAsync($"/models/{key}", Token);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith(reason, JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
