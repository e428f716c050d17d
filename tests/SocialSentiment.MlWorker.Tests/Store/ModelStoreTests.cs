using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SocialSentiment.MlWorker.Models.Hub;
using SocialSentiment.MlWorker.Models.Store;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Store;

public sealed class ModelStoreTests : IDisposable
{
    private const string Key = "tiny";
    private static readonly string s_commit = new('c', 40);
    private readonly string _folder = Directory.CreateTempSubdirectory("store-").FullName;
    private readonly SteppingTime _time = new();
    private readonly ModelStore _store;

    public ModelStoreTests() => _store = Open();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_version_is_made_of_its_contents_and_found_by_another_worker()
    {
        var published = Publish(_store, "one");

        var found = Open().Find(Key)!;
        Assert.Equal(published.Version, found.Version);
        Assert.Equal((Key, "owner/name", s_commit, "mit"), (found.Key, found.Manifest.Repository, found.Manifest.Commit, found.Manifest.Licence));
        Assert.Equal("one", await File.ReadAllTextAsync(found.PathOf("onnx/model.onnx"), Token));
        Assert.Empty(await _store.VerifyAsync(Key, found.Version, Token));
        Assert.Throws<FileNotFoundException>(() => found.PathOf("../secret"));
        Assert.NotEqual(published.Version, Publish(_store, "two").Version);
        Assert.Equal(published.Version, Publish(_store, "one").Version);
    }

    [Fact]
    public void What_was_downloaded_last_is_the_newest_even_if_it_was_known()
    {
        var (one, two) = (Publish(_store, "one").Version, Publish(_store, "two").Version);
        Assert.Equal([two, one], _store.Versions(Key).Select(model => model.Version));

        Publish(_store, "one");
        Assert.Equal([one, two], _store.Versions(Key).Select(model => model.Version));
        Assert.Equal(two, _store.Find(Key, two)!.Version);
        Assert.Null(_store.Find(Key, "000000000000"));
        Assert.Null(_store.Find("other"));
    }

    [Fact]
    public void A_half_written_model_is_not_there_and_gives_way_to_a_whole_one()
    {
        var model = Publish(_store, "one");
        File.Delete(model.PathOf("config.json"));
        Assert.Null(_store.Find(Key));
        Publish(_store, "one");
        Assert.NotNull(_store.Find(Key));

        File.AppendAllText(model.PathOf("config.json"), "more");
        Assert.Null(_store.Find(Key));
        Publish(_store, "one");
        File.WriteAllText(Path.Combine(model.Folder, ModelManifest.FileName), "{ half");
        Assert.Null(_store.Find(Key));
        Publish(_store, "one");
        Assert.NotNull(_store.Find(Key));
    }

    [Fact]
    public async Task Content_that_has_changed_is_found_by_hashing_again()
    {
        var model = Publish(_store, "one");
        await File.WriteAllTextAsync(model.PathOf("onnx/model.onnx"), "eno", Token);

        Assert.Equal(["onnx/model.onnx"], await _store.VerifyAsync(Key, model.Version, Token));

        File.Delete(model.PathOf("config.json"));
        Assert.Equal(["onnx/model.onnx", "config.json"], await _store.VerifyAsync(Key, model.Version, Token));
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => _store.VerifyAsync(Key, "000000000000", Token));
        Assert.True(_store.Delete(Key));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(_store.Folder, Key)));
    }

    [Fact]
    public void Deleting_takes_a_version_away_from_all_but_who_reads_it()
    {
        var (one, two) = (Publish(_store, "one"), Publish(_store, "two"));
        using var reader = new StreamReader(one.PathOf("onnx/model.onnx"));

        Assert.True(_store.Delete(Key, one.Version));
        Assert.Equal(two.Version, Assert.Single(_store.Versions(Key)).Version);
        Assert.Equal("one", reader.ReadToEnd());
        Assert.False(_store.Delete(Key, one.Version));
        Assert.False(_store.Delete(Key, ".."));

        _store.Stage(Key, s_commit);
        Assert.True(_store.Delete(Key));
        Assert.Empty(_store.Versions(Key));
        Assert.False(_store.Delete(Key));
        Assert.Empty(Directory.GetFiles(_folder, "*.onnx", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".staging")]
    [InlineData("a/b")]
    [InlineData("A")]
    [InlineData("")]
    public void What_is_no_key_never_becomes_a_path(string key)
    {
        Assert.Throws<ArgumentException>(() => _store.Versions(key));
        Assert.Throws<ArgumentException>(() => _store.Delete(key));
        Assert.Throws<ArgumentException>(() => _store.Stage(key, s_commit));
    }

    [Fact]
    public async Task A_key_is_locked_for_all_others_until_its_holder_is_gone()
    {
        var mine = await _store.LockAsync(Key, Token);
        using var other = await Open().LockAsync("other", Token);
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var waiting = Open().LockAsync(Key, impatience.Token);
        Assert.False(waiting.IsCompleted);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        var patient = Open().LockAsync(Key, Token);
        Assert.False(patient.IsCompleted);
        mine.Dispose();
        (await patient).Dispose();
    }

    [Fact]
    public async Task The_lock_of_a_process_that_dies_is_free()
    {
        (await _store.LockAsync(Key, Token)).Dispose();
        var other = ServerProcess.Start("flock", [Path.Combine(_store.Folder, ".locks", $"{Key}.lock"), "sh", "-c", "echo locked; exec sleep 600"]);
        await Eventually.TrueAsync(() => Task.FromResult(other.Output == "locked"), Token);
        var waiting = _store.LockAsync(Key, Token);
        Assert.False(waiting.IsCompleted);

        await other.DisposeAsync();
        (await waiting.WaitAsync(Token)).Dispose();
    }

    [Fact]
    public async Task Downloads_that_nobody_went_on_with_for_a_week_are_removed()
    {
        var old = _store.Stage("old", s_commit);
        await File.WriteAllTextAsync(Path.Combine(old, "model.onnx.part"), "half", Token);
        _time.Step(TimeSpan.FromDays(6));
        Open().RemoveLeftovers();
        Assert.True(Directory.Exists(old));

        _time.Step(TimeSpan.FromDays(2));
        using (await _store.LockAsync("old", Token))
        {
            Open().RemoveLeftovers();
            Assert.True(Directory.Exists(old));
        }

        Open().RemoveLeftovers();
        Assert.False(Directory.Exists(old));
    }

    [Fact]
    public void What_does_not_fit_on_the_disk_is_refused_with_both_numbers()
    {
        var store = Open(new SmallDisk(0) { FreeBytesStated = 1_000_000_000 });

        store.EnsureSpace(Key, 850_000_000);
        store.EnsureSpace(Key, 0);
        var error = Assert.Throws<HubException>(() => store.EnsureSpace(Key, 900_000_000));

        Assert.Equal(HubError.DiskFull, error.Kind);
        Assert.Contains("needs 1045 MB", error.Message, StringComparison.Ordinal);
        Assert.Contains("1000 MB are free", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_comes_with_the_product_is_the_last_version_and_cannot_be_deleted()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "embedded", Key)).FullName;
        File.WriteAllText(Path.Combine(folder, "model.onnx"), "built in");
        File.WriteAllText(Path.Combine(folder, "README.md"), "A card.");
        File.WriteAllText(Path.Combine(folder, "evaluation.json"), "{}");

        var embedded = _store.Find(Key)!;
        Assert.True(embedded.IsEmbedded);
        Assert.Equal(["model.onnx"], embedded.Manifest.Files.Select(file => file.Path));
        Assert.Same(embedded, _store.Find(Key));

        // What is said about a model makes no other model of it.
        File.WriteAllText(Path.Combine(folder, "README.md"), "Another card.");
        File.WriteAllText(Path.Combine(folder, "evaluation.json"), "[]");
        Assert.Same(embedded, _store.Find(Key));
        Assert.False(_store.Delete(Key));

        var downloaded = Publish(_store, "one");
        Assert.Equal([downloaded.Version, embedded.Version], _store.Versions(Key).Select(model => model.Version));

        File.WriteAllText(Path.Combine(folder, "model.onnx"), "built in, again");
        Assert.NotEqual(embedded.Version, _store.Versions(Key)[^1].Version);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        var store = new ModelStore(file, _folder, new ModelDisk(), _time, NullLogger<ModelStore>.Instance);

        store.RemoveLeftovers();
        Assert.Empty(store.Versions(Key));
        var error = Assert.Throws<HubException>(() => store.Stage(Key, s_commit));

        Assert.Equal(HubError.Storage, error.Kind);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    private ModelStore Open(ModelDisk? disk = null)
        => new(Path.Combine(_folder, "models"), Path.Combine(_folder, "embedded"), disk ?? new ModelDisk(), _time, NullLogger<ModelStore>.Instance);

    private StoredModel Publish(ModelStore store, string network)
    {
        _time.Step(TimeSpan.FromSeconds(1));
        var staging = store.Stage(Key, s_commit);
        Directory.CreateDirectory(Path.Combine(staging, "onnx"));
        File.WriteAllText(Path.Combine(staging, "onnx/model.onnx"), network);
        File.WriteAllText(Path.Combine(staging, "onnx/model.onnx.etag"), "left over");
        File.WriteAllText(Path.Combine(staging, "config.json"), "{}");
        return store.Publish(staging, Key, "owner/name", s_commit, [Listed("onnx/model.onnx", network), Listed("config.json", "{}")], "mit");
    }

    private static ModelFile Listed(string path, string content)
        => new(path, content.Length, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))));
}
