using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SocialSentiment.MlWorker.Models.Hub;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.MlWorker.Tests.Store;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Hub;

public sealed class HubClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_reads_what_a_repository_holds_page_by_page()
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Hub.PageSize = 2;
        bench.Repository.Licence = "apache-2.0";

        var snapshot = await bench.Client().ReadAsync(HubBench.Name, "main", Token);

        Assert.Equal(bench.Repository.Commit, snapshot.Commit);
        Assert.Equal("apache-2.0", snapshot.Licence);
        Assert.Equal(["README.md", "config.json", HubBench.Network, "tokenizer.json"], snapshot.Files.Select(file => file.Path));
        var network = snapshot.Find(HubBench.Network)!;
        Assert.Equal((HubBench.NetworkSize, Sha256(bench.Repository.Files[HubBench.Network]), null), (network.Size, network.Sha256, network.GitOid));
        Assert.Equal((8, null), (snapshot.Find("README.md")!.Size, snapshot.Find("README.md")!.Sha256));
        Assert.Equal(3, bench.Hub.Requests.Count(request => request.Path.Contains("/tree/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(HubBench.Network)]
    [InlineData("config.json")]
    public async Task It_downloads_large_and_small_files_whole(string path)
    {
        await using var bench = await HubBench.StartAsync(Token);
        var client = bench.Client();
        var snapshot = await client.ReadAsync(HubBench.Name, "main", Token);
        var seen = new List<long>();

        var sha256 = await client.DownloadAsync(snapshot, snapshot.Find(path)!, bench.Target, seen.Add, Token);

        Assert.Equal(bench.Repository.Files[path], await File.ReadAllBytesAsync(bench.Target, Token));
        Assert.Equal(Sha256(bench.Repository.Files[path]), sha256);
        Assert.Equal((0L, (long)bench.Repository.Files[path].Length), (seen[0], seen[^1]));
        Assert.Equal([bench.Target], Directory.GetFiles(Path.GetDirectoryName(bench.Target)!));
    }

    [Fact]
    public async Task It_goes_on_where_connections_were_cut_and_more_often_than_it_retries()
    {
        await using var bench = await HubBench.StartAsync(Token);
        var faults = bench.Repository.Faults(HubBench.Network);
        (faults.CutAfter, faults.Cuts) = (40_000, 6);

        await bench.DownloadAsync(Token);

        Assert.Equal(bench.Repository.Files[HubBench.Network], await File.ReadAllBytesAsync(bench.Target, Token));
        Assert.Equal(7, bench.Fetches.Count);
        Assert.All(bench.Fetches.Skip(1), request => Assert.StartsWith("bytes=", request.Range, StringComparison.Ordinal));
        Assert.All(bench.Fetches.Skip(1), request => Assert.Equal($"\"{Sha256(bench.Repository.Files[HubBench.Network])}\"", request.IfRange));
    }

    [Fact]
    public async Task It_begins_again_when_the_server_ignores_ranges_and_gives_up_when_that_leads_nowhere()
    {
        await using var bench = await HubBench.StartAsync(Token);
        var faults = bench.Repository.Faults(HubBench.Network);
        (faults.CutAfter, faults.Cuts, faults.IgnoresRanges) = (40_000, 2, true);

        await bench.DownloadAsync(Token);
        Assert.Equal(bench.Repository.Files[HubBench.Network], await File.ReadAllBytesAsync(bench.Target, Token));

        File.Delete(bench.Target);
        faults.Cuts = int.MaxValue;
        var error = await Assert.ThrowsAsync<HubException>(() => bench.DownloadAsync(Token));
        Assert.Equal(HubError.Unreachable, error.Kind);
        Assert.Contains($"{HubBench.Network} of {HubBench.Name} could not be read from {bench.Options.Endpoint.TrimEnd('/')}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_begins_again_when_the_file_has_another_etag_than_before()
    {
        await using var bench = await HubBench.StartAsync(Token);
        var faults = bench.Repository.Faults(HubBench.Network);
        (faults.CutAfter, faults.Cuts, faults.ChangesEtags) = (40_000, 1, true);

        await bench.DownloadAsync(Token);

        Assert.Equal(bench.Repository.Files[HubBench.Network], await File.ReadAllBytesAsync(bench.Target, Token));
        Assert.Equal("\"1\"", bench.Fetches[1].IfRange);
    }

    [Fact]
    public async Task A_part_that_a_crash_has_spoilt_is_replaced()
    {
        await using var bench = await HubBench.StartAsync(Token);
        Directory.CreateDirectory(Path.GetDirectoryName(bench.Target)!);
        await File.WriteAllBytesAsync($"{bench.Target}.part", new byte[50_000], Token);

        await bench.DownloadAsync(Token);

        Assert.Equal(bench.Repository.Files[HubBench.Network], await File.ReadAllBytesAsync(bench.Target, Token));
        Assert.Equal(["bytes=50000-", null], bench.Fetches.Select(request => request.Range));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_not_what_the_hub_states_is_thrown_away(bool isContent)
    {
        await using var bench = await HubBench.StartAsync(Token);
        var faults = bench.Repository.Faults(HubBench.Network);
        if (isContent)
        {
            faults.SentInstead = new byte[HubBench.NetworkSize];
        }
        else
        {
            faults.StatedSha256 = new string('a', 64);
        }

        var error = await Assert.ThrowsAsync<HubException>(() => bench.DownloadAsync(Token));

        Assert.Equal(HubError.Tampered, error.Kind);
        Assert.Contains(isContent ? Sha256(bench.Repository.Files[HubBench.Network]) : faults.StatedSha256!, error.Message, StringComparison.Ordinal);
        Assert.Contains(Sha256(isContent ? faults.SentInstead! : bench.Repository.Files[HubBench.Network]), error.Message, StringComparison.Ordinal);
        Assert.Single(bench.Fetches);
        Assert.DoesNotContain(Directory.GetFiles(bench.Folder, "*", SearchOption.AllDirectories), path => path.EndsWith(".part", StringComparison.Ordinal) || path == bench.Target);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_file_of_another_size_is_refused_before_it_is_read(int difference)
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Repository.Faults(HubBench.Network).StatedSize = HubBench.NetworkSize + difference;

        var error = await Assert.ThrowsAsync<HubException>(() => bench.DownloadAsync(Token));

        Assert.Equal(HubError.Tampered, error.Kind);
        Assert.False(File.Exists($"{bench.Target}.part"));
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task It_asks_again_when_the_hub_is_in_trouble(HttpStatusCode status)
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Hub.FailNext(3, status, retryAfterSeconds: status == HttpStatusCode.TooManyRequests ? 0 : null);

        await bench.DownloadAsync(Token);

        Assert.True(File.Exists(bench.Target));
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, nameof(HubError.Unreachable), 4)]
    [InlineData(HttpStatusCode.Unauthorized, nameof(HubError.Unauthorized), 1)]
    [InlineData(HttpStatusCode.Forbidden, nameof(HubError.Unauthorized), 1)]
    [InlineData(HttpStatusCode.NotFound, nameof(HubError.NotFound), 1)]
    [InlineData(HttpStatusCode.BadRequest, nameof(HubError.BadAnswer), 1)]
    public async Task It_gives_up_at_once_on_what_will_not_change(HttpStatusCode status, string expected, int requests)
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Hub.FailNext(requests, status);

        var error = await Assert.ThrowsAsync<HubException>(() => bench.Client().ReadAsync(HubBench.Name, "main", Token));

        Assert.Equal((expected, requests), ($"{error.Kind}", bench.Hub.Requests.Count));
        Assert.Contains(HubBench.Name, error.Message, StringComparison.Ordinal);
        Assert.Contains(bench.Options.Endpoint.TrimEnd('/'), error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Kind is HubError.Unauthorized or HubError.NotFound, error.Message.Contains("HF_TOKEN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_does_not_wait_for_longer_than_it_may()
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Hub.FailNext(1, HttpStatusCode.TooManyRequests, retryAfterSeconds: 3600);

        var error = await Assert.ThrowsAsync<HubException>(() => bench.Client().ReadAsync(HubBench.Name, "main", Token));

        Assert.Equal((HubError.RateLimited, TimeSpan.FromHours(1)), (error.Kind, error.RetryAfter));
    }

    [Fact]
    public async Task A_stream_that_stalls_is_left_and_gone_on_with()
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Options.StallTimeout = TimeSpan.FromMilliseconds(500);
        bench.Repository.Faults(HubBench.Network).Gate = new HubGate(after: 100_000);

        await bench.DownloadAsync(Token);

        Assert.Equal(bench.Repository.Files[HubBench.Network], await File.ReadAllBytesAsync(bench.Target, Token));
        Assert.Equal([null, "bytes=100000-", "bytes=200000-"], bench.Fetches.Select(request => request.Range));
    }

    [Fact]
    public async Task Nobody_but_the_endpoint_sees_the_token()
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Hub.Token = bench.Options.Token = "secret";

        await bench.DownloadAsync(Token);

        Assert.All(bench.Hub.Requests, request => Assert.Equal(request.OnCdn ? null : "Bearer secret", request.Authorization));
        Assert.Single(bench.Fetches);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/file")]
    [InlineData("file:///etc/passwd")]
    public async Task It_does_not_follow_to_where_nothing_comes_from(string address)
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Repository.Faults(HubBench.Network).RedirectTo = new Uri(address);

        var error = await Assert.ThrowsAsync<HubException>(() => bench.DownloadAsync(Token));

        Assert.Equal(HubError.Unsafe, error.Kind);
    }

    [Theory]
    [InlineData("https://hub.example.com", "http://hub.example.com/elsewhere")]
    [InlineData("https://hub.example.com", "https://cdn.example.com/elsewhere")]
    [InlineData("http://hub.example.com:5000", "http://hub.example.com:5001/elsewhere")]
    public async Task A_listing_comes_from_the_endpoint_or_not_at_all(string endpoint, string location)
    {
        var hub = new RedirectingHub(new Uri(location));
        using var http = new HttpClient(hub);
        var options = new HubOptions { Endpoint = endpoint, Token = "secret" };
        var client = new HubClient(http, Options.Create(options), new ModelDisk(), TimeProvider.System, NullLogger<HubClient>.Instance);

        var error = await Assert.ThrowsAsync<HubException>(() => client.ReadAsync("a/b", "main", Token));

        Assert.Equal(HubError.Unsafe, error.Kind);
        Assert.Equal(1, hub.Requests);
    }

    [Fact]
    public async Task What_is_read_over_https_is_not_gone_on_with_over_http()
    {
        var hub = new RedirectingHub(new Uri("http://hub.example.com/a/b/resolve/file"));
        using var http = new HttpClient(hub);
        var client = new HubClient(http, Options.Create(new HubOptions()), new ModelDisk(), TimeProvider.System, NullLogger<HubClient>.Instance);
        var file = new HubFile("config.json", 10, new string('a', 64));

        var error = await Assert.ThrowsAsync<HubException>(() => client.ReadFileAsync(new HubSnapshot("a/b", new string('c', 40), [file]), file, Token));

        Assert.Equal((HubError.Unsafe, 1), (error.Kind, hub.Requests));
    }

    [Fact]
    public async Task It_does_not_run_in_circles()
    {
        await using var bench = await HubBench.StartAsync(Token);
        var path = $"{HubBench.Name}/resolve/{bench.Repository.Commit}/{HubBench.Network}";
        bench.Repository.Faults(HubBench.Network).RedirectTo = new Uri(bench.Hub.Address, path);

        var error = await Assert.ThrowsAsync<HubException>(() => bench.DownloadAsync(Token));

        Assert.Equal(HubError.BadAnswer, error.Kind);
    }

    [Theory]
    [InlineData("../../outside.onnx")]
    [InlineData("/etc/cron.d/job")]
    [InlineData("onnx/./model.onnx")]
    [InlineData("onnx//model.onnx")]
    [InlineData("onnx\\..\\model.onnx")]
    [InlineData("C:/model.onnx")]
    [InlineData("model\0.onnx")]
    [InlineData("")]
    public async Task A_listing_with_a_path_that_leads_out_is_refused(string path)
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Repository.ExtraPaths.Add(path);

        var error = await Assert.ThrowsAsync<HubException>(() => bench.Client().ReadAsync(HubBench.Name, "main", Token));

        Assert.Equal(HubError.Unsafe, error.Kind);
    }

    [Theory]
    [InlineData("../api", "main")]
    [InlineData("a/b/c", "main")]
    [InlineData("a/..", "main")]
    [InlineData("a/b?x=1", "main")]
    [InlineData("a/b#", "main")]
    [InlineData("a/b\n", "main")]
    [InlineData("", "main")]
    [InlineData("a/b", "../../x")]
    [InlineData("a/b", "x y")]
    [InlineData("a/b", "/main")]
    [InlineData("a/b", "")]
    public async Task What_cannot_be_a_name_is_never_asked_for(string repository, string revision)
    {
        await using var bench = await HubBench.StartAsync(Token);

        var error = await Assert.ThrowsAsync<HubException>(() => bench.Client().ReadAsync(repository, revision, Token));

        Assert.Equal(HubError.InvalidName, error.Kind);
        Assert.Empty(bench.Hub.Requests);
    }

    [Fact]
    public async Task Offline_the_hub_is_never_asked()
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Options.Offline = true;

        var error = await Assert.ThrowsAsync<HubException>(() => bench.Client().ReadAsync(HubBench.Name, "main", Token));

        Assert.Equal(HubError.Offline, error.Kind);
        Assert.Contains("HF_HUB_OFFLINE", error.Message, StringComparison.Ordinal);
        Assert.Empty(bench.Hub.Requests);
    }

    [Fact]
    public async Task An_endpoint_that_nobody_listens_on_is_said_to_be_unreachable()
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Options.Endpoint = $"http://127.0.0.1:{FreePort.Next()}";

        var error = await Assert.ThrowsAsync<HubException>(() => bench.Client().ReadAsync(HubBench.Name, "main", Token));

        Assert.Equal(HubError.Unreachable, error.Kind);
        Assert.Contains(bench.Options.Endpoint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_is_full_is_said_to_be_full_and_keeps_what_is_on_it()
    {
        await using var bench = await HubBench.StartAsync(Token);
        bench.Disk = new SmallDisk(100_000);

        var error = await Assert.ThrowsAsync<HubException>(() => bench.DownloadAsync(Token));
        Assert.Equal(HubError.DiskFull, error.Kind);
        var part = new FileInfo($"{bench.Target}.part").Length;
        Assert.InRange(part, 1, 100_000);

        bench.Disk = new ModelDisk();
        await bench.DownloadAsync(Token);
        Assert.Equal(bench.Repository.Files[HubBench.Network], await File.ReadAllBytesAsync(bench.Target, Token));
        Assert.Equal($"bytes={part}-", bench.Fetches[^1].Range);
    }

    private sealed class RedirectingHub(Uri location) : HttpMessageHandler
    {
        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.Found) { RequestMessage = request, Headers = { Location = location } });
        }
    }

    private static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
