using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Hub;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.MlWorker.Tests.Hub;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Store;

public sealed class ModelDownloadsTests
{
    private static readonly ModelEntry s_entry = Entry("tiny");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_is_downloaded_into_the_store()
    {
        await using var bench = await HubBench.StartAsync(Token);
        await using var downloads = Open(bench);
        bench.Repository.Licence = "apache-2.0";

        var end = await downloads.Start(s_entry).Completion.WaitAsync(Token);

        Assert.Equal((DownloadState.Done, null), (end.State, end.Message));
        Assert.Equal(end.TotalBytes, end.Bytes);
        Assert.NotNull(end.FinishedAt);
        var model = bench.Store().Find("tiny")!;
        Assert.Equal((end.Version, bench.Repository.Commit, "apache-2.0"), (model.Version, model.Manifest.Commit, model.Manifest.Licence));
        Assert.Equal(["config.json", HubBench.Network, "tokenizer.json"], model.Manifest.Files.Select(file => file.Path).Order(StringComparer.Ordinal));
        Assert.Empty(await bench.Store().VerifyAsync("tiny", model.Version, Token));
        Assert.False(Directory.Exists(Path.Combine(bench.Store().Folder, ".staging", "tiny")));
    }

    [Fact]
    public async Task A_cancelled_download_is_gone_on_with_by_the_next_worker()
    {
        await using var bench = await HubBench.StartAsync(Token);
        var gate = new HubGate(after: 200_000);
        bench.Repository.Faults(HubBench.Network).Gate = gate;
        await using (var first = Open(bench))
        {
            var download = first.Start(s_entry);
            await Eventually.TrueAsync(() => Task.FromResult(download.Progress.Bytes >= 200_000), Token);
            Assert.Same(download, first.Start(s_entry));
            Assert.Equal((DownloadState.Downloading, HubBench.Network), (download.Progress.State, download.Progress.File));

            Assert.True(first.Cancel("tiny"));
            Assert.False(first.Cancel("tiny"));
            Assert.Equal(DownloadState.Cancelled, (await download.Completion.WaitAsync(Token)).State);
            Assert.Null(bench.Store().Find("tiny"));
        }

        await using var second = Open(bench);
        var end = await second.Start(s_entry).Completion.WaitAsync(Token);

        Assert.Equal(DownloadState.Done, end.State);
        Assert.Equal([null, "bytes=200000-"], bench.Fetches.Select(request => request.Range));
        Assert.Single(bench.Hub.Requests, request => request.Path.EndsWith("/tokenizer.json", StringComparison.Ordinal));
        Assert.Empty(await bench.Store().VerifyAsync("tiny", end.Version!, Token));
    }

    [Fact]
    public async Task It_can_be_started_again_the_moment_it_is_cancelled()
    {
        await using var bench = await HubBench.StartAsync(Token);
        await using var downloads = Open(bench);
        var gate = new HubGate(after: 100_000);
        bench.Repository.Faults(HubBench.Network).Gate = gate;
        var first = downloads.Start(s_entry);
        await gate.Reached.WaitAsync(Token);

        downloads.Cancel("tiny");
        bench.Repository.Faults(HubBench.Network).Gate = null;
        var second = downloads.Start(s_entry);

        Assert.NotSame(first, second);
        Assert.Equal(DownloadState.Done, (await second.Completion.WaitAsync(Token)).State);
        Assert.Equal(DownloadState.Cancelled, (await first.Completion.WaitAsync(Token)).State);
    }

    [Fact]
    public async Task What_was_tampered_with_never_becomes_a_version()
    {
        await using var bench = await HubBench.StartAsync(Token);
        await using var downloads = Open(bench);
        bench.Repository.Faults(HubBench.Network).SentInstead = new byte[HubBench.NetworkSize];

        var end = await downloads.Start(s_entry).Completion.WaitAsync(Token);

        Assert.Equal((DownloadState.Failed, HubError.Tampered), (end.State, end.Error));
        Assert.Contains(HubBench.Network, end.Message, StringComparison.Ordinal);
        Assert.Null(bench.Store().Find("tiny"));

        bench.Repository.Faults(HubBench.Network).SentInstead = null;
        Assert.Equal(DownloadState.Done, (await downloads.Start(s_entry).Completion.WaitAsync(Token)).State);
    }

    [Fact]
    public async Task Workers_that_share_a_folder_download_once()
    {
        await using var bench = await HubBench.StartAsync(Token);
        var gate = new HubGate(after: 100_000);
        bench.Repository.Faults(HubBench.Network).Gate = gate;
        await using var first = Open(bench);
        await using var second = Open(bench);

        var mine = first.Start(s_entry);
        await gate.Reached.WaitAsync(Token);
        var theirs = second.Start(s_entry);
        await Eventually.TrueAsync(() => Task.FromResult(theirs.Progress.State == DownloadState.Resolving), Token);
        gate.Open();

        var (one, two) = (await mine.Completion.WaitAsync(Token), await theirs.Completion.WaitAsync(Token));
        Assert.Equal((DownloadState.Done, DownloadState.Done), (one.State, two.State));
        Assert.Equal(one.Version, two.Version);
        Assert.Single(bench.Fetches);
    }

    [Fact]
    public async Task No_more_than_the_allowed_number_run_at_once()
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Options.MaxDownloads = 2;
        var gate = new HubGate(after: 100_000);
        bench.Repository.Faults(HubBench.Network).Gate = gate;
        await using var downloads = Open(bench);

        var all = new[] { "one", "two", "three" }.Select(key => downloads.Start(Entry(key))).ToArray();
        await Eventually.TrueAsync(() => Task.FromResult(bench.Fetches.Count == 2), Token);
        Assert.Single(downloads.All, download => download.Progress.State == DownloadState.Queued);

        gate.Open();
        foreach (var download in all)
        {
            Assert.Equal(DownloadState.Done, (await download.Completion.WaitAsync(Token)).State);
        }

        Assert.Equal(["one", "two", "three"], downloads.All.Select(download => download.Entry.Key));
    }

    [Fact]
    public async Task A_queued_download_can_be_cancelled()
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Options.MaxDownloads = 1;
        bench.Repository.Faults(HubBench.Network).Gate = new HubGate(after: 0);
        await using var downloads = Open(bench);
        downloads.Start(Entry("one"));
        await Eventually.TrueAsync(() => Task.FromResult(bench.Fetches.Count == 1), Token);
        var queued = downloads.Start(Entry("two"));

        Assert.True(downloads.Cancel("two"));

        Assert.Equal(DownloadState.Cancelled, (await queued.Completion.WaitAsync(Token)).State);
    }

    [Fact]
    public async Task A_watcher_sees_every_state_and_only_the_latest_progress()
    {
        await using var bench = await HubBench.StartAsync(Token);
        await using var downloads = Open(bench);
        await using var watcher = downloads.WatchAsync(Token).GetAsyncEnumerator(Token);
        var next = watcher.MoveNextAsync();

        // He looks up only when all is over.
        var download = downloads.Start(s_entry);
        await download.Completion.WaitAsync(Token);

        var seen = new List<DownloadProgress>();
        for (; await next; next = watcher.MoveNextAsync())
        {
            seen.Add(watcher.Current);
            if (watcher.Current.IsFinished)
            {
                break;
            }
        }

        Assert.Equal(
            [DownloadState.Queued, DownloadState.Resolving, DownloadState.Downloading, DownloadState.Verifying, DownloadState.Done],
            seen.Select(progress => progress.State).Distinct());
        Assert.InRange(seen.Count, 5, 7);
        Assert.Equal(download.Progress, seen[^1]);
    }

    [Fact]
    public async Task A_watcher_who_comes_late_is_told_how_it_stands_and_all_are_let_go_at_the_end()
    {
        await using var bench = await HubBench.StartAsync(Token);
        var downloads = Open(bench);
        var end = await downloads.Start(s_entry).Completion.WaitAsync(Token);
        await using var watcher = downloads.WatchAsync(Token).GetAsyncEnumerator(Token);

        Assert.True(await watcher.MoveNextAsync());
        Assert.Equal(end, watcher.Current);

        var next = watcher.MoveNextAsync();
        await downloads.DisposeAsync();
        Assert.False(await next);
        Assert.Throws<ObjectDisposedException>(() => downloads.Start(s_entry));
    }

    [Fact]
    public void Speed_and_time_left_follow_the_last_seconds()
    {
        var time = new SteppingTime();
        var seen = new List<DownloadProgress>();
        var download = new Download(s_entry, time, seen.Add);
        download.Downloading(new Dictionary<string, long> { ["a"] = 1000, ["b"] = 0 }, 11_000);
        Assert.Equal((1000, 11_000, 0d), (download.Progress.Bytes, download.Progress.TotalBytes, download.Progress.BytesPerSecond));

        // Twenty steps within a second: no more than four are published.
        for (var i = 1; i <= 20; i++)
        {
            time.Step(TimeSpan.FromMilliseconds(50));
            download.Advance("b", i * 100);
        }

        Assert.Equal((3000, 2000d, TimeSpan.FromSeconds(4)), (download.Progress.Bytes, download.Progress.BytesPerSecond, download.Progress.TimeLeft));
        Assert.Equal(1 + 4, seen.Count);

        // Nothing comes: it slows down by itself.
        time.Step(TimeSpan.FromSeconds(3));
        Assert.Equal(500d, download.Progress.BytesPerSecond);

        // The server has us begin again.
        download.Advance("b", 0);
        Assert.Equal((1000, 0d, null), (download.Progress.Bytes, download.Progress.BytesPerSecond, download.Progress.TimeLeft));
    }

    [Fact]
    public async Task A_disk_that_is_too_small_is_found_out_before_the_first_byte()
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Disk = new SmallDisk(long.MaxValue) { FreeBytesStated = 1_000_000 };
        await using var downloads = Open(bench);

        var end = await downloads.Start(s_entry).Completion.WaitAsync(Token);

        Assert.Equal((DownloadState.Failed, HubError.DiskFull), (end.State, end.Error));
        Assert.Empty(bench.Fetches);
    }

    [Fact]
    public async Task A_disk_that_fills_up_fails_the_download_and_keeps_what_is_on_it()
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Disk = new SmallDisk(150_000) { FreeBytesStated = long.MaxValue };
        await using (var downloads = Open(bench))
        {
            var end = await downloads.Start(s_entry).Completion.WaitAsync(Token);
            Assert.Equal((DownloadState.Failed, HubError.DiskFull), (end.State, end.Error));
        }

        bench.Disk = new ModelDisk();
        await using var again = Open(bench);
        Assert.Equal(DownloadState.Done, (await again.Start(s_entry).Completion.WaitAsync(Token)).State);
        Assert.StartsWith("bytes=", bench.Fetches[^1].Range, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_commit_with_the_same_network_downloads_only_what_is_new()
    {
        await using var bench = await HubBench.StartAsync(Token);
        await using var downloads = Open(bench);
        var old = await downloads.Start(s_entry).Completion.WaitAsync(Token);
        bench.Repository.Push(new Dictionary<string, byte[]>(bench.Repository.Files) { ["tokenizer.json"] = "{ }"u8.ToArray() });

        var end = await downloads.Start(s_entry).Completion.WaitAsync(Token);

        Assert.Equal(DownloadState.Done, end.State);
        Assert.Equal([end.Version!, old.Version!], bench.Store().Versions("tiny").Select(model => model.Version));
        Assert.Single(bench.Fetches);
    }

    [Fact]
    public async Task A_model_that_is_here_is_not_downloaded_again()
    {
        await using var bench = await HubBench.StartAsync(Token);
        await using var downloads = Open(bench);
        var first = await downloads.Start(s_entry).Completion.WaitAsync(Token);
        var again = await downloads.Start(s_entry).Completion.WaitAsync(Token);

        Assert.Equal((DownloadState.Done, first.Version), (again.State, again.Version));
        Assert.Single(bench.Fetches);
    }

    [Fact]
    public async Task Offline_a_download_fails_and_says_why()
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Options.Offline = true;
        await using var downloads = Open(bench);

        var end = await downloads.Start(s_entry).Completion.WaitAsync(Token);

        Assert.Equal((DownloadState.Failed, HubError.Offline), (end.State, end.Error));
    }

    [Theory]
    [InlineData("config.json", "no config.json")]
    [InlineData("tokenizer.json", "no tokenizer")]
    [InlineData(HubBench.Network, "none of the networks onnx/model_int8.onnx, onnx/model_quantized.onnx, onnx/model.onnx")]
    public async Task A_repository_that_lacks_what_a_model_needs_is_refused(string missing, string reason)
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Repository.Push(bench.Repository.Files.Where(file => file.Key != missing).ToDictionary());
        await using var downloads = Open(bench);

        var end = await downloads.Start(s_entry).Completion.WaitAsync(Token);

        Assert.Equal((DownloadState.Failed, HubError.Unusable), (end.State, end.Error));
        Assert.Contains(reason, end.Message, StringComparison.Ordinal);
        Assert.Empty(bench.Fetches);
    }

    [Fact]
    public void One_network_per_precision_is_taken_with_its_weights_and_the_tokenizer_there_is()
    {
        var snapshot = new HubSnapshot("a/b", new string('c', 40), [.. new[]
        {
            "config.json", "vocab.json", "merges.txt", "onnx/model_quantized.onnx", "onnx/model_int8.onnx", "onnx/model.onnx", "onnx/model.onnx_data", "pytorch_model.bin",
        }.Select(path => new HubFile(path, 1, new string('a', 64)))]);
        var entry = s_entry with
        {
            Files = ["config.json", "tokenizer.json", "vocab.json", "merges.txt"],
            Variants = [new("int8", "onnx/model_quantized.onnx"), new("int8", "onnx/model_int8.onnx"), new("fp16", "onnx/model_fp16.onnx"), new("fp32", "onnx/model.onnx", ["onnx/model.onnx_data"])],
        };

        Assert.Equal(
            ["config.json", "vocab.json", "merges.txt", "onnx/model_quantized.onnx", "onnx/model.onnx", "onnx/model.onnx_data"],
            DownloadPlan.Choose(entry, snapshot, []).Select(file => file.Path));
        Assert.Equal(
            ["config.json", "vocab.json", "merges.txt", "onnx/model_quantized.onnx"],
            DownloadPlan.Choose(entry, snapshot, ["int8"]).Select(file => file.Path));
        var error = Assert.Throws<HubException>(() => DownloadPlan.Choose(s_entry with { Variants = [new("fp32", "onnx/model.onnx")] }, snapshot, ["fp16"]));
        Assert.Contains("Hub:Precisions", error.Message, StringComparison.Ordinal);
    }

    private static ModelDownloads Open(HubBench bench)
        => new(bench.Client(), bench.Store(), Options.Create(bench.Options), TimeProvider.System, NullLogger<ModelDownloads>.Instance);

    private static ModelEntry Entry(string key) => new()
    {
        Key = key,
        Title = key,
        Family = ModelFamily.Distilbert,
        Source = new ModelSource(SourceKind.Hub, HubBench.Name),
        Variants = [new("int8", "onnx/model_int8.onnx"), new("int8", HubBench.Network), new("fp32", "onnx/model.onnx")],
    };
}
