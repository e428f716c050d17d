using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SocialSentiment.Api.Models;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Models;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Models;

/// <summary>Rosters at the real broker, on a clock that the test moves. Each test has a roster of its own.</summary>
public sealed class WorkerRosterTests(Servers servers) : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly ConcurrentQueue<string> _appeared = [];
    private readonly ConcurrentQueue<(string Key, string Version)?> _activeWas = [];
    private readonly string _me = $"api-{Guid.NewGuid():N}";
    private IHost _host = null!;
    private WorkerRoster _roster = null!;
    private StandInWorker _worker = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IEnumerable<string> Replicas => _roster.Workers.Select(worker => worker.Replica);

    public async ValueTask InitializeAsync()
    {
        _worker = await StandInWorker.StartAsync(servers.RabbitMq.ConnectionString);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([
            new("ConnectionStrings:rabbitmq", servers.RabbitMq.ConnectionString),
            new("OTEL_RESOURCE_ATTRIBUTES", $"service.instance.id={_me}")]);
        builder.AddServiceDefaults();
        builder.AddMessaging();
        builder.Services.AddSingleton(services => new WorkerRoster(services.GetRequiredService<Publisher>(), services.GetRequiredService<ServiceInfo>(), _time));
        builder.AddBroadcastListener<WorkerRoster>(Queues.Models);
        _host = builder.Build();
        _roster = _host.Services.GetRequiredService<WorkerRoster>();
        _roster.Appeared += _appeared.Enqueue;
        _roster.ActiveChanged += () => _activeWas.Enqueue(_roster.Active);
        await _host.StartAsync(Token);
        await _worker.AskedByAsync(_me);
    }

    [Fact]
    public async Task Who_speaks_is_there_until_it_leaves()
    {
        await _worker.SayAsync(StandInWorker.List("b", "compact"));
        await _worker.SayAsync(StandInWorker.List("a", "compact"));
        await UntilAsync(() => Replicas.SequenceEqual(["a", "b"]));

        await _worker.SayAsync(new ModelNotice("nobody"));
        await _worker.SayAsync(StandInWorker.List("b", "compact") with { Note = "again" });
        await UntilAsync(() => _roster.Workers[1].Note == "again");
        Assert.Equal(["b", "a"], _appeared);

        await _worker.LeaveAsync("b");
        await UntilAsync(() => Replicas.SequenceEqual(["a"]));
        await _worker.SayAsync(StandInWorker.List("b", "compact"));
        await UntilAsync(() => _appeared.Count == 3);
        Assert.Equal(["b", "a", "b"], _appeared);
        Assert.Equal([("compact", "compact-1")], _activeWas);
    }

    [Fact]
    public async Task Who_is_silent_for_half_a_minute_is_gone_and_what_it_knew_is_remembered()
    {
        await _worker.SayAsync(StandInWorker.List("a", "compact", StandInWorker.Model("vader", ModelState.Present), StandInWorker.Model("compact", ModelState.Loaded)));
        await _worker.SayAsync(StandInWorker.List("b", "compact", StandInWorker.Model("compact", ModelState.Loaded), StandInWorker.Model("gpt", ModelState.Absent, task: "generation")));
        await UntilAsync(() => Replicas.Count() == 2);
        Assert.Equal(["compact", "vader"], _roster.Known);

        _time.Advance(TimeSpan.FromSeconds(20));
        await _worker.SayAsync(StandInWorker.List("a", "compact", StandInWorker.Model("vader", ModelState.Present)) with { Note = "later" });
        await UntilAsync(() => _roster.Workers[0].Note == "later");
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(["a", "b"], Replicas);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(["a"], Replicas);
        Assert.Equal(("compact", "compact-1"), _roster.Active);

        // What only b knew is nobody's any more.
        Assert.Equal(["vader"], _roster.Known);
        Assert.False(_roster.Knows("gpt"));

        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Empty(_roster.Workers);
        Assert.Null(_roster.Active);
        Assert.Equal(["vader"], _roster.Known);
        Assert.True(_roster.Knows("VADER"));
        Assert.False(_roster.Knows("compact"));
        Assert.Equal([("compact", "compact-1"), null], _activeWas);

        await _worker.SayAsync(StandInWorker.List("a", "vader"));
        await UntilAsync(() => _appeared.Count == 3);
        Assert.Equal(["a", "b", "a"], _appeared);
        Assert.Equal(("vader", "vader-1"), _roster.Active);
    }

    [Fact]
    public async Task Of_workers_that_disagree_most_decide_and_else_who_has_changed_its_mind_last()
    {
        await _worker.SayAsync(StandInWorker.List("a", "old"));
        await _worker.SayAsync(StandInWorker.List("b", "old"));
        await _worker.SayAsync(StandInWorker.List("c", "new"));
        await UntilAsync(() => Replicas.Count() == 3);
        Assert.Equal("old", _roster.Active?.Key);

        _time.Advance(TimeSpan.FromSeconds(1));
        await _worker.SayAsync(StandInWorker.List("b", "new"));
        await UntilAsync(() => _roster.Active?.Key == "new");

        await _worker.LeaveAsync("c");
        await UntilAsync(() => Replicas.Count() == 2);
        Assert.Equal("new", _roster.Active?.Key);

        // One that says the same as ever has not decided anything.
        _time.Advance(TimeSpan.FromSeconds(1));
        await _worker.SayAsync(StandInWorker.List("a", "old") with { Note = "as ever" });
        await UntilAsync(() => _roster.Workers[0].Note == "as ever");
        Assert.Equal("new", _roster.Active?.Key);

        await _worker.SayAsync(StandInWorker.List("b", "new") with { ActiveVersion = "new-2" });
        await UntilAsync(() => _roster.Active?.Version == "new-2");
        Assert.Equal([("old", "old-1"), ("new", "new-1"), ("new", "new-2")], _activeWas);
    }

    [Fact]
    public async Task What_makes_no_sense_is_not_heard()
    {
        await _roster.OnMessageAsync("{"u8.ToArray(), Token);
        await _roster.OnMessageAsync("null"u8.ToArray(), Token);
        await _roster.OnMessageAsync("""{ "from": "x" }"""u8.ToArray(), Token);
        await _worker.LeaveAsync("never there");
        await _worker.SayAsync(StandInWorker.List("a", ""));
        await UntilAsync(() => Replicas.SequenceEqual(["a"]));
        Assert.Null(_roster.Active);
        Assert.Empty(_activeWas);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        _worker.Dispose();
    }

    private static Task UntilAsync(Func<bool> condition) => Eventually.TrueAsync(() => Task.FromResult(condition()), Token);
}
