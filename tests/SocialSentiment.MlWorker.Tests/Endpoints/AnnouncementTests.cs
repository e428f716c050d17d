using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Models;
using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Tests.Host;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.Testing;
using SocialSentiment.TestModels.Repositories;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Endpoints;

/// <summary>What a worker tells of itself at a real broker.</summary>
[Collection(ModelServices.Collection)]
public sealed class AnnouncementTests(ModelServices services) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("announcements-").FullName;
    private readonly string _me = $"worker-{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_says_what_it_has_when_it_is_ready_and_when_that_changes_and_when_somebody_asks_and_says_goodbye()
    {
        using var listener = await Listener.StartAsync(services.RabbitMq.ConnectionString);
        await using var bench = new HostBench(
            _folder, ("ConnectionStrings:rabbitmq", services.RabbitMq.ConnectionString), ("OTEL_RESOURCE_ATTRIBUTES", $"service.instance.id={_me}"));
        var files = TestRepository.WriteRoberta(Path.Combine(_folder, "files"));
        await File.WriteAllTextAsync(Path.Combine(files.Folder, "README.md"), "# One", Token);
        bench.Add("one", files);
        await bench.StartAsync();

        var first = await listener.NextAsync(_me, notice => notice.Models is not null);
        Assert.Equal(("vader", _me), (first.Models!.Active, first.Models.Replica));
        var one = first.Models.Models.Single(model => model.Key == "one");
        Assert.Equal((ModelState.Present, "# One"), (one.State, one.Card));
        Assert.Empty(Assert.Single(one.Versions).Files);

        await bench.Host.LoadAsync(bench.Catalog.Get("one"), Token);
        await listener.NextAsync(_me, notice => notice.Models?.Models.Single(model => model.Key == "one").State == ModelState.Loaded);
        await bench.ActivateAsync("one");
        await listener.NextAsync(_me, notice => notice.Models?.Active == "one");

        // More often than it would speak by itself.
        for (var i = 0; i < 3; i++)
        {
            listener.Forget();
            await listener.TellAsync(new ModelNotice("somebody", Asks: true));
            await listener.NextAsync(_me, notice => notice.Models is not null).WaitAsync(TimeSpan.FromSeconds(9), Token);
        }

        await bench.StopAsync();
        await listener.NextAsync(_me, notice => notice.Leaves);
    }

    [Fact]
    public async Task Of_what_others_have_it_takes_no_notice()
    {
        using var listener = await Listener.StartAsync(services.RabbitMq.ConnectionString);
        await using var bench = new HostBench(
            _folder, ("ConnectionStrings:rabbitmq", services.RabbitMq.ConnectionString), ("OTEL_RESOURCE_ATTRIBUTES", $"service.instance.id={_me}"));
        await bench.StartAsync();
        var list = (await listener.NextAsync(_me, notice => notice.Models is not null)).Models!;
        await bench.ActivateAsync("vader");
        await listener.NextAsync(_me, notice => notice.Activation is not null);
        listener.Forget();

        // A notice without a decision is answered with the decision, so that its sender hears of it; these need no answer.
        await listener.TellAsync(new ModelNotice("another", Models: list with { Replica = "another", Active = "ensemble" }));
        await listener.TellAsync(new ModelNotice("another", Leaves: true));
        await listener.TellAsync(new ModelNotice("another"));
        Assert.Equal("vader", (await listener.NextAsync(_me, notice => notice.Activation is not null)).Activation!.Key);
        Assert.Equal(1, listener.Heard(notice => notice.From == _me && notice.Activation is not null));
        await bench.StopAsync();
    }

    private sealed class Listener : IBroadcastListener, IDisposable
    {
        private readonly ConcurrentQueue<ModelNotice> _heard = [];
        private readonly IHost _host;
        private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private Listener(string broker)
        {
            var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:rabbitmq", broker)]);
            builder.AddServiceDefaults();
            builder.AddMessaging();
            builder.Services.AddSingleton(this);
            builder.AddBroadcastListener<Listener>(Queues.Models);
            _host = builder.Build();
        }

        public static async Task<Listener> StartAsync(string broker)
        {
            var listener = new Listener(broker);
            await listener._host.StartAsync(Token);
            await listener._connected.Task.WaitAsync(TimeSpan.FromSeconds(60), Token);
            return listener;
        }

        public Task TellAsync(ModelNotice notice)
            => Eventually.TrueAsync(() => _host.Services.GetRequiredService<Publisher>().TellAsync(notice, Token), Token);

        /// <summary>The first notice of this kind since <see cref="Forget"/>.</summary>
        public async Task<ModelNotice> NextAsync(string from, Func<ModelNotice, bool> accept)
            => (await Eventually.GetAsync(() => Task.FromResult(_heard.FirstOrDefault(notice => notice.From == from && accept(notice))), found => found is not null, Token))!;

        public int Heard(Func<ModelNotice, bool> which) => _heard.Count(which);

        public void Forget() => _heard.Clear();

        public Task OnConnectedAsync(CancellationToken cancellationToken)
        {
            _connected.TrySetResult();
            return Task.CompletedTask;
        }

        public Task OnMessageAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
        {
            if (ModelNotices.Read(body) is { } notice)
            {
                _heard.Enqueue(notice);
            }

            return Task.CompletedTask;
        }

        public void Dispose() => _host.Dispose();
    }
}
