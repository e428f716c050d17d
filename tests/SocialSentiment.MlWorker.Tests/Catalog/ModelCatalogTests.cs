using Microsoft.Extensions.Logging.Abstractions;
using SocialSentiment.Contracts;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Description;
using SocialSentiment.MlWorker.Models.Hub;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Catalog;

public sealed class ModelCatalogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("catalog-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_has_the_models_that_the_platform_promises()
    {
        var keys = Open().All.Select(entry => entry.Key).ToArray();

        string[] promised = ["compact", "distilbert", "twitter-roberta", "bert-multilingual", "gpt2", "vader", "openai", "ensemble", "compact-gpt", "distilgpt2", "templates"];
        Assert.Equal(promised.Order(StringComparer.Ordinal), keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Its_entries_say_what_is_needed_to_use_them()
    {
        var catalog = Open();
        foreach (var entry in catalog.All)
        {
            Assert.True(ModelCatalog.IsKey(entry.Key), entry.Key);
            Assert.NotEmpty(entry.Title);
            Assert.NotEmpty(entry.Description);
            Assert.NotEmpty(entry.Tasks);
            Assert.All([.. entry.Files, .. entry.Variants.Select(variant => variant.File), .. entry.Variants.SelectMany(variant => variant.Data ?? [])], path => Assert.True(HubNames.IsPath(path), path));
            Assert.Equal(entry.Files.Distinct(), entry.Files);
            Assert.Equal(entry.Variants.DistinctBy(variant => variant.File), entry.Variants);
            Assert.Equal(entry.Source.Kind is SourceKind.Hub or SourceKind.Embedded, entry.Variants.Count > 0);
            Assert.Equal(entry.Source.Kind == SourceKind.Hub, entry.Source.Repository is { } repository && HubNames.IsRepository(repository));
            Assert.All(entry.Members, member => Assert.True(catalog.Get(member.Key).Tasks.Contains(ModelTask.Sentiment) && member.Weight > 0, member.Key));
            if (entry.Source.Kind == SourceKind.Hub)
            {
                Assert.Contains("config.json", entry.Files);
                Assert.Equal(["fp32", "int8"], entry.Variants.Select(variant => variant.Precision).Distinct().Order(StringComparer.Ordinal));
                Assert.NotEmpty(entry.Licence);
            }
        }
    }

    [Fact]
    public void No_model_is_expected_to_say_what_it_cannot()
    {
        foreach (var entry in Open().All.Where(entry => entry.Labels.Count > 0))
        {
            var canSayNeutral = LabelContract.From(entry.Labels).CanSayNeutral;

            Assert.Equal(entry.Labels.Count > 2, canSayNeutral);
            Assert.True(canSayNeutral || entry.Golden.All(golden => golden.Label != SentimentLabel.Neutral), entry.Key);
        }

        Assert.All(Open().All.Where(entry => entry.Source.Kind == SourceKind.Hub && entry.Tasks.Contains(ModelTask.Sentiment)), entry =>
            Assert.Superset(new HashSet<SentimentLabel> { SentimentLabel.Negative, SentimentLabel.Positive }, entry.Golden.Select(golden => golden.Label).ToHashSet()));
    }

    [Fact]
    public void What_is_added_is_kept_and_read_by_another_worker()
    {
        var catalog = Open();
        var other = Open();
        Assert.Null(other.Find("added"));

        catalog.Add(Entry("added", "owner/one") with { Normalization = Inference.Tokenization.TextNormalization.Tweets });

        foreach (var reader in new[] { catalog, other, Open() })
        {
            var entry = reader.Get("ADDED");
            Assert.Equal(("added", "owner/one", "main"), (entry.Key, entry.Source.Repository, entry.Source.Revision));
            Assert.Equal(Inference.Tokenization.TextNormalization.Tweets, entry.Normalization);
            Assert.Equal(new ModelVariant("fp32", "onnx/model.onnx"), Assert.Single(entry.Variants));
            Assert.Equal(ModelTask.Sentiment, Assert.Single(entry.Tasks));
            Assert.False(reader.IsBuiltIn("added"));
        }

        other.Add(Entry("added", "owner/one") with { Title = "Another title" });
        Assert.Equal("Another title", catalog.Get("added").Title);

        catalog.Remove("added");
        Assert.Null(other.Find("added"));
        Assert.Null(Open().Find("added"));
    }

    [Fact]
    public void What_cannot_be_written_down_is_not_added_and_leaves_nothing_behind()
    {
        Directory.CreateDirectory(Path.Combine(_folder, ModelCatalog.AdditionsFileName));
        var catalog = Open();

        var error = Assert.Throws<HubException>(() => catalog.Add(Entry("added", "owner/one")));

        Assert.Equal(HubError.Storage, error.Kind);
        Assert.Null(catalog.Find("added"));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    /// <summary>The first value of an enumeration is one like the others.</summary>
    [Fact]
    public void What_is_added_is_kept_whatever_its_family()
    {
        foreach (var family in Enum.GetValues<ModelFamily>())
        {
            Open().Add(Entry($"of-{(int)family}", "owner/one") with
            {
                Family = family,
                Golden = [new GoldenText("bad", SentimentLabel.Negative), new GoldenText("good", SentimentLabel.Positive)],
            });
        }

        var catalog = Open();
        Assert.All(Enum.GetValues<ModelFamily>(), family =>
        {
            var entry = catalog.Get($"of-{(int)family}");
            Assert.Equal(family, entry.Family);
            Assert.Equal([SentimentLabel.Negative, SentimentLabel.Positive], entry.Golden.Select(golden => golden.Label));
        });
    }

    [Theory]
    [InlineData("distilbert")]
    [InlineData("vader")]
    [InlineData("")]
    [InlineData("UPPER")]
    [InlineData("two words")]
    [InlineData("../up")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    [InlineData("line\n")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345")]
    public void Nothing_replaces_a_model_of_the_product_or_has_a_key_that_is_no_name_of_a_folder(string key)
    {
        var catalog = Open();

        var error = Assert.Throws<ModelException>(() => catalog.Add(Entry(key, "owner/one")));

        Assert.Equal(ModelError.Refused, error.Error);
        Assert.False(File.Exists(Path.Combine(_folder, ModelCatalog.AdditionsFileName)));
    }

    [Fact]
    public void An_unknown_model_is_answered_with_those_that_are_known()
    {
        var error = Assert.Throws<ModelException>(() => Open().Get("nothing"));

        Assert.Equal(ModelError.Unknown, error.Error);
        Assert.Contains("'nothing'", error.Message, StringComparison.Ordinal);
        Assert.All(Open().All, entry => Assert.Contains(entry.Key, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{ "models": [null] }""")]
    [InlineData("""{ "models": [{ "key": "vader", "title": "Mine", "family": "vader", "source": { "kind": "built_in" } }] }""")]
    [InlineData("""{ "models": [{ "key": "../up", "title": "Mine", "family": "vader", "source": { "kind": "built_in" } }] }""")]
    public void Additions_that_cannot_be_used_leave_the_models_of_the_product(string content)
    {
        File.WriteAllText(Path.Combine(_folder, ModelCatalog.AdditionsFileName), content);
        var catalog = Open();

        Assert.Equal(11, catalog.All.Count);
        Assert.Equal("VADER", catalog.Get("vader").Title);

        catalog.Add(Entry("added", "owner/one"));
        Assert.NotNull(Open().Find("added"));
    }

    private static ModelEntry Entry(string key, string repository) => new()
    {
        Key = key,
        Title = repository,
        Family = ModelFamily.Classifier,
        Source = new ModelSource(SourceKind.Hub, repository),
        Variants = [new ModelVariant("fp32", "onnx/model.onnx")],
    };

    private ModelCatalog Open() => new(Path.Combine(AppContext.BaseDirectory, ModelCatalog.FileName), _folder, NullLogger<ModelCatalog>.Instance);
}
