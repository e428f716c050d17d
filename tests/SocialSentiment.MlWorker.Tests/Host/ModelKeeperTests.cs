using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.Testing;
using SocialSentiment.TestModels.Repositories;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Host;

/// <summary>Workers that come back, each over what the one before has left.</summary>
public sealed class ModelKeeperTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("keeper-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Decisions => Path.Combine(_folder, "models", ActivationFile.FileName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_activated_serves_after_a_restart_too()
    {
        string version;
        await using (var first = new HostBench(_folder))
        {
            first.Add("one", TestRepository.WriteRoberta(Path.Combine(_folder, "files")));
            await StartAsync(first);
            Assert.Equal("vader", first.Host.Active!.Key);
            Assert.Equal(HealthStatus.Healthy, (await HealthAsync(first)).Status);

            // A later version that nobody has activated changes nothing.
            await first.ActivateAsync("one");
            version = first.Host.Active!.Version;
            TestRepository.WriteBert(Path.Combine(_folder, "files"));
            first.Publish("one", Path.Combine(_folder, "files"));
        }

        await using var second = new HostBench(_folder);
        await StartAsync(second);

        Assert.Equal(("one", version), (second.Host.Active!.Key, second.Host.Active.Version));
        Assert.Equal("one", Assert.Single(second.Services.GetRequiredService<ActivationFile>().History).Key);
        Assert.Equal((HealthStatus.Healthy, $"one {version}"), await HealthAsync(second));
    }

    [Fact]
    public async Task Without_its_files_the_default_serves_and_that_is_said_until_they_are_here_again()
    {
        var repository = TestRepository.WriteRoberta(Path.Combine(_folder, "files"));
        await using (var first = new HostBench(_folder))
        {
            first.Add("one", repository);
            first.Add("default", repository);
            await first.ActivateAsync("one");
            first.Store.Delete("one");
        }

        await using var second = new HostBench(_folder, ("Models:Default", "default"));
        await StartAsync(second);

        Assert.Equal("default", second.Host.Active!.Key);
        var (status, description) = await HealthAsync(second);
        Assert.Equal(HealthStatus.Degraded, status);
        Assert.StartsWith("one shall serve and cannot: ", description, StringComparison.Ordinal);

        var version = second.Publish("one", repository.Folder).Version;
        await TellAsync(second, new ModelActivation("one", version, 2, DateTimeOffset.UtcNow, "somebody", "another"));
        await Eventually.TrueAsync(() => Task.FromResult(second.Host is { Active.Key: "one", Note: null }), Token);
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(second)).Status);
    }

    [Theory]
    [InlineData("distilbert", "The files of distilbert are not here: download it first (POST /models/download).")]
    [InlineData("nothing", "There is no model 'nothing'.")]
    [InlineData("openai", "No remote model is configured")]
    public async Task Without_the_default_the_lexicon_serves(string key, string reason)
    {
        await using var bench = new HostBench(_folder, ("Models:Default", key));
        await StartAsync(bench);

        Assert.Equal(SentimentLabel.Positive, (await bench.AskAsync("I love this!")).Label);
        Assert.Equal("vader", bench.Host.Active!.Key);
        var (status, description) = await HealthAsync(bench);
        Assert.Equal(HealthStatus.Degraded, status);
        Assert.StartsWith(reason, description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("[{}]")]
    [InlineData("[{ \"key\": \"one\" ")]
    public async Task Decisions_that_cannot_be_read_are_begun_anew(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Decisions)!);
        await File.WriteAllTextAsync(Decisions, content, Token);
        await using (var bench = new HostBench(_folder))
        {
            await StartAsync(bench);
            Assert.Equal(("vader", null), (bench.Host.Active!.Key, bench.Host.Note));
            await bench.ActivateAsync("vader");
        }

        Assert.Equal("vader", Assert.Single(new ActivationFile(Path.GetDirectoryName(Decisions)!, Microsoft.Extensions.Logging.Abstractions.NullLogger<ActivationFile>.Instance).History).Key);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_that_has_stopped_answering_is_loaded_anew(bool isDefault)
    {
        var repository = TestRepository.WriteRoberta(Path.Combine(_folder, "files"));
        await using (var first = new HostBench(_folder))
        {
            first.Add("one", repository);
        }

        await using var bench = new HostBench(_folder, ("Models:Default", isDefault ? "one" : "vader"));
        await StartAsync(bench);
        if (!isDefault)
        {
            await bench.ActivateAsync("one");
        }

        var broken = bench.Host.Active!;
        broken.Break();
        Assert.Equal((HealthStatus.Unhealthy, "one has stopped answering"), await HealthAsync(bench));

        await Eventually.TrueAsync(() => Task.FromResult(bench.Host.Active != broken), Token);
        Assert.Equal(broken.Identity, (await bench.AskAsync("I love this, it is great!")).By);
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(bench)).Status);
    }

    [Fact]
    public async Task Of_what_others_tell_only_what_is_newer_counts()
    {
        var repository = TestRepository.WriteRoberta(Path.Combine(_folder, "files"));
        await using var bench = new HostBench(_folder);
        bench.Add("one", repository);
        bench.Add("two", repository);
        await StartAsync(bench);
        var version = bench.Store.Find("one")!.Version;
        var now = DateTimeOffset.UtcNow;

        await TellAsync(bench, new ModelActivation("one", version, 7, now, "somebody", "b"));
        await Eventually.TrueAsync(() => Task.FromResult(bench.Host.Active!.Key == "one"), Token);

        // The same number at the same time: the greater name holds.
        var activations = bench.Services.GetRequiredService<ActivationFile>();
        Assert.False(activations.TryAdd(new ModelActivation("two", version, 7, now, "somebody", "a")));
        Assert.False(activations.TryAdd(new ModelActivation("two", version, 7, now, "somebody", "b")));
        Assert.False(activations.TryAdd(new ModelActivation("two", version, 6, now.AddHours(1), "somebody", "c")));
        await TellAsync(bench, new ModelActivation("two", version, 7, now, "somebody", "c"));
        await Eventually.TrueAsync(() => Task.FromResult(bench.Host.Active!.Key == "two"), Token);

        // What is decided here comes after all that was heard of.
        Assert.Equal(8, (await bench.Host.ActivateAsync("one", null, "a test", Token)).Number);
        await Keeper(bench).OnMessageAsync("no notice"u8.ToArray(), Token);
        Assert.Equal("one", bench.Host.Active!.Key);
    }

    private static ModelKeeper Keeper(HostBench bench) => bench.Services.GetRequiredService<ModelKeeper>();

    private static async Task StartAsync(HostBench bench)
    {
        await Keeper(bench).StartAsync(Token);
        await Eventually.TrueAsync(() => Task.FromResult(bench.Host.Active is not null), Token);
    }

    private static Task TellAsync(HostBench bench, ModelActivation activation)
        => Keeper(bench).OnMessageAsync(JsonSerializer.SerializeToUtf8Bytes(new ModelNotice("another", activation, Asks: false), ContractsJson.Default.ModelNotice), Token);

    private static async Task<(HealthStatus Status, string? Description)> HealthAsync(HostBench bench)
    {
        var report = await bench.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "model", Token);
        return (report.Entries["model"].Status, report.Entries["model"].Description);
    }
}
