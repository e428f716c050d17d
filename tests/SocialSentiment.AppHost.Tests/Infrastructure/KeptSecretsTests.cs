using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using SocialSentiment.AppHost.Infrastructure;
using SocialSentiment.AppHost.Tests.Support;

namespace SocialSentiment.AppHost.Tests.Infrastructure;

public sealed class KeptSecretsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private DataFolder Data => new(_folder.Of("data"));

    private string SecretsFile => Data.Of("secrets.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Are_made_once_and_kept()
    {
        var first = KeptSecrets.LoadOrCreate(Data);
        var second = KeptSecrets.LoadOrCreate(Data);

        Assert.Equal(["api-key", "model-service-key", "postgres-password", "rabbitmq-password"], first.Keys.Order());
        Assert.Equal(first, second);
        Assert.All(first.Values, secret => Assert.Matches("^[A-Za-z0-9]{40}$", secret));
        Assert.Equal(4, first.Values.Distinct().Count());
    }

    [Fact]
    public void Differ_from_clone_to_clone()
    {
        var here = KeptSecrets.LoadOrCreate(Data);
        var there = KeptSecrets.LoadOrCreate(new DataFolder(_folder.Of("other")));

        Assert.Empty(here.Values.Intersect(there.Values));
    }

    [Fact]
    public void Are_for_the_owners_eyes_only()
    {
        KeptSecrets.LoadOrCreate(Data);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(SecretsFile));
        Assert.Equal([SecretsFile], Directory.GetFiles(Data.Path));
    }

    [Fact]
    public void A_file_of_an_older_version_gets_what_it_lacks()
    {
        _folder.File("data/secrets.json", """{ "postgres-password": "kept" }""");

        var secrets = KeptSecrets.LoadOrCreate(Data);

        Assert.Equal("kept", secrets["postgres-password"]);
        Assert.Equal(secrets, JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(SecretsFile))!);
        Assert.Equal(4, secrets.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"postgres-pass")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{ "postgres-password": 5 }""")]
    [InlineData("""{ "postgres-password": "" }""")]
    [InlineData("""{ "postgres-password": null }""")]
    public void A_damaged_file_is_one_clear_sentence_and_stays_as_it_is(string content)
    {
        _folder.File("data/secrets.json", content);

        var error = Assert.Throws<PlainErrorException>(() => KeptSecrets.LoadOrCreate(Data));

        Assert.Contains(SecretsFile, error.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(SecretsFile));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_one_clear_sentence()
    {
        var error = Assert.Throws<PlainErrorException>(() => KeptSecrets.LoadOrCreate(new DataFolder(Path.Combine(_folder.File("file"), "data"))));

        Assert.Contains("--data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Become_parameters_and_every_other_source_wins()
    {
        var builder = DistributedApplication.CreateBuilder(["--Parameters:api-key=from-the-command-line"]);
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Parameters:postgres_password", (string?)"as-the-environment-spells-it")]);
        builder.Configuration.AddKeptSecrets(Data);

        var kept = KeptSecrets.LoadOrCreate(Data);
        Assert.Equal("as-the-environment-spells-it", await ValueAsync("postgres-password"));
        Assert.Equal("from-the-command-line", await ValueAsync("api-key"));
        Assert.Equal(kept["rabbitmq-password"], await ValueAsync("rabbitmq-password"));

        ValueTask<string?> ValueAsync(string name) =>
            builder.AddParameter(name, secret: true).Resource.GetValueAsync(TestContext.Current.CancellationToken);
    }
}
