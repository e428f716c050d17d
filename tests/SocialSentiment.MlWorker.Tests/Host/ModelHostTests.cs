using SocialSentiment.Contracts;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Repositories;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Host;

/// <summary>Models come, serve, make room and go.</summary>
public sealed class ModelHostTests : IAsyncLifetime
{
    private const string Text = "I love this, it is great!";
    private readonly string _folder = Directory.CreateTempSubdirectory("host-models-").FullName;
    private HostBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ModelHost Host => _bench.Host;

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_decision_that_cannot_be_written_down_holds_and_says_so_and_leaves_nothing_behind()
    {
        _bench.Add("one", Roberta("one"));
        var inTheWay = Directory.CreateDirectory(Path.Combine(_bench.ModelsFolder, ActivationFile.FileName));
        await _bench.ActivateAsync("one");

        Assert.Equal("one", Host.Active!.Key);
        Assert.Contains("after a restart another model may serve", Host.Note, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_bench.ModelsFolder, $"{ActivationFile.FileName}*"));

        inTheWay.Delete();
        await _bench.ActivateAsync("vader");

        Assert.Null(Host.Note);
        Assert.Single(Directory.GetFiles(_bench.ModelsFolder, $"{ActivationFile.FileName}*"));
    }

    [Fact]
    public async Task A_model_is_checked_and_serves_until_another_does()
    {
        _bench.Add("one", Roberta("one"));
        _bench.Add("stars", TestRepository.WriteBert(Path.Combine(_folder, "stars")));
        await _bench.ActivateAsync("one");
        var one = Host.Active!;

        Assert.Equal((SentimentLabel.Positive, one.Identity), await _bench.AskAsync(Text));
        Assert.Equal(("one", _bench.Store.Find("one")!.Version, "int8"), (one.Identity.Model, one.Identity.Version, one.Identity.Precision));
        Assert.Equal(new Verification("int8", 12, null), one.Verification);
        Assert.True(one.MemoryBytes > 0);

        using (var lease = await Host.LeaseAsync(null, Token))
        {
            await _bench.ActivateAsync("stars");

            // It is out of the way, and whoever uses it goes on.
            Assert.Equal("stars", Assert.Single(Host.Loaded).Key);
            Assert.False(one.Gone.IsCompleted);
            var scores = new TextScores[1];
            await lease.Model.Engine.AnalyzeAsync(new[] { Text }, scores, Call.Bulk, Token);
            Assert.Equal(SentimentLabel.Positive, scores[0].Label);
        }

        await one.Gone.WaitAsync(Token);
        Assert.False(one.TryHold(0));
        Assert.Equal("stars", (await _bench.AskAsync("I hate this, it is terrible!")).By.Model);
    }

    [Fact]
    public async Task Taking_back_returns_to_the_version_before_and_then_to_the_model_before()
    {
        _bench.Add("one", Roberta("one"));
        var first = _bench.Store.Find("one")!.Version;
        _bench.Add("other", TestRepository.WriteDistilBert(Path.Combine(_folder, "other")));
        await _bench.ActivateAsync("other");
        await _bench.ActivateAsync("one");
        Roberta("one", config => config with { Seed = 2 });
        var second = _bench.Publish("one", Path.Combine(_folder, "one")).Version;
        await _bench.ActivateAsync("one");
        Assert.Equal(second, Host.Active!.Version);

        Assert.Equal(("one", first, 4), Decision(await Host.RollBackAsync("one", "a test", Token)));
        Assert.Equal(first, (await _bench.AskAsync(Text)).By.Version);

        // A model that never had another version makes room for the one before it.
        await _bench.ActivateAsync("other");
        Assert.Equal(("one", first, 6), Decision(await Host.RollBackAsync("other", "a test", Token)));

        Assert.Equal(ModelError.Busy, (await Assert.ThrowsAsync<ModelException>(() => Host.RollBackAsync("vader", "a test", Token))).Error);
    }

    [Fact]
    public async Task The_model_that_serves_is_not_taken_out_of_memory()
    {
        _bench.Add("one", Roberta("one"));
        await _bench.ActivateAsync("one");
        var error = await Assert.ThrowsAsync<ModelException>(() => Host.UnloadAsync("ONE", Token));
        Assert.Equal((ModelError.Busy, "ONE is active: activate another model first."), (error.Error, error.Message));

        await _bench.ActivateAsync("vader");
        await _bench.AskAsync(Text, "one");
        var one = Host.Loaded.Single(model => model.Key == "one");
        await Host.UnloadAsync("one", Token);
        await one.Gone.WaitAsync(Token);
        Assert.Equal("vader", Assert.Single(Host.Loaded).Key);
    }

    [Fact]
    public async Task A_model_that_is_named_is_loaded_once_however_many_ask()
    {
        _bench.Add("one", Roberta("one"));
        await _bench.ActivateAsync("vader");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _bench.AskAsync(Text, "One"), Token)));

        var model = Host.Loaded.Single(model => model.Key == "one");
        Assert.All(answers, answer => Assert.Same(model.Identity, answer.By));
        Assert.Equal(8, model.Statistics.Requests);
        Assert.Equal("vader", (await _bench.AskAsync(Text)).By.Model);
        Assert.Equal(ModelError.Unknown, (await Assert.ThrowsAsync<ModelException>(() => _bench.AskAsync(Text, "nobody"))).Error);
        Assert.Equal(ModelError.NotPresent, (await Assert.ThrowsAsync<ModelException>(() => _bench.AskAsync(Text, "distilbert"))).Error);
        Assert.Equal(ModelError.Refused, (await Assert.ThrowsAsync<ModelException>(() => _bench.AskAsync(Text, "templates"))).Error);
    }

    [Fact]
    public async Task A_model_that_is_named_and_has_stopped_answering_is_loaded_anew()
    {
        _bench.Add("one", Roberta("one"));
        await _bench.ActivateAsync("vader");
        await _bench.AskAsync(Text, "one");
        var broken = Host.Loaded.Single(model => model.Key == "one");
        broken.Break();

        Assert.Equal(broken.Identity, (await _bench.AskAsync(Text, "one")).By);

        Assert.NotSame(broken, Host.Loaded.Single(model => model.Key == "one"));
        await broken.Gone.WaitAsync(Token);
    }

    [Fact]
    public async Task What_was_not_used_for_longest_makes_room_and_what_serves_never_does()
    {
        await ReopenAsync(("Models:MemoryBudgetMb", "1000"), ("Models:Preload:0", "kept"));
        var repository = Roberta("one");
        await File.WriteAllBytesAsync(Path.Combine(repository.Folder, "weights.bin"), new byte[8 * 1024 * 1024], Token);
        foreach (var key in new[] { "active", "kept", "a", "b", "c" })
        {
            _bench.Add(key, repository, entry => entry with { MemoryMb = 1, Variants = [new ModelVariant("fp32", TestRepository.ModelFile, ["weights.bin"])] });
        }

        await _bench.ActivateAsync("active");
        foreach (var key in new[] { "kept", "a", "b", "a" })
        {
            await _bench.AskAsync(Text, key);
        }

        // As much as there is not beside all of them.
        var room = (Host.MemoryBudget - Host.MemoryUsed) / 1024 / 1024;
        _bench.Catalog.Add(_bench.Catalog.Get("c") with { MemoryMb = (int)room + 1 });
        await _bench.AskAsync(Text, "c");
        Assert.Equal(["a", "active", "c", "kept"], Loaded());

        using (await Host.LeaseAsync("a", Token))
        {
            _bench.Catalog.Add(_bench.Catalog.Get("b") with { MemoryMb = 990 });
            var error = await Assert.ThrowsAsync<ModelException>(() => _bench.AskAsync(Text, "b"));
            Assert.Equal(ModelError.TooLarge, error.Error);
            Assert.Contains("b needs about 990 MB", error.Message, StringComparison.Ordinal);
            Assert.Contains("of the 1000 MB", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["a", "active", "kept"], Loaded());

        string[] Loaded() => [.. Host.Loaded.Select(model => model.Key).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Those_who_vote_are_loaded_with_their_ensemble_and_stay()
    {
        await ReopenAsync(("Models:MemoryBudgetMb", "1000"));
        _bench.Add("one", Roberta("one"));
        _bench.Add("large", Roberta("large"), entry => entry with { MemoryMb = 1000 });
        _bench.Catalog.Add(new ModelEntry
        {
            Key = "voters",
            Title = "voters",
            Family = ModelFamily.Ensemble,
            Source = new ModelSource(SourceKind.BuiltIn),
            Members = [new EnsembleMember("one", 3), new EnsembleMember("vader"), new EnsembleMember("gpt2")],
        });

        await _bench.ActivateAsync("voters");

        Assert.Equal(["one", "vader", "voters"], Host.Loaded.Select(model => model.Key).Order(StringComparer.Ordinal));
        Assert.Equal((SentimentLabel.Positive, "voters"), (await _bench.AskAsync(Text)) is var (label, by) ? (label, by.Model) : default);
        Assert.Equal(ModelError.TooLarge, (await Assert.ThrowsAsync<ModelException>(() => _bench.AskAsync(Text, "large"))).Error);
        Assert.Equal(3, Host.Loaded.Count);
    }

    [Fact]
    public async Task Int8_that_labels_wrongly_on_this_processor_gives_way_to_fp32_and_that_is_said()
    {
        var repository = Roberta("one");
        EncoderNetwork.Model(repository.Weights.WithPermutedLabels(), SocialSentiment.TestModels.Weights.Precision.Quantized).Save(repository.QuantizedModel);
        _bench.Add("one", repository);

        await _bench.ActivateAsync("one");

        var verification = Host.Active!.Verification;
        Assert.Equal(("fp32", 12), (verification.Precision, verification.Golden));
        Assert.StartsWith("Not as wished. int8: one labels 12 of 12 golden texts wrongly on this machine, among them \"I love this, it is great!\" as ", verification.Note, StringComparison.Ordinal);
        Assert.Equal((SentimentLabel.Positive, "fp32"), (await _bench.AskAsync(Text)) is var (label, by) ? (label, by.Precision) : default);
    }

    [Fact]
    public async Task The_golden_texts_of_the_folder_count_where_the_catalog_has_none()
    {
        var repository = TestRepository.WriteBert(Path.Combine(_folder, "stars"));
        _bench.Add("right", repository, entry => entry with { Golden = [] });
        await File.WriteAllTextAsync(
            Path.Combine(repository.Folder, "golden.json"), $$"""[{ "text": "{{Text}}", "label": "negative", "more": 1 }]""", Token);
        _bench.Add("wrong", repository, entry => entry with { Golden = [] });
        await File.WriteAllTextAsync(
            Path.Combine(repository.Folder, "golden.json"), $$"""[{ "text": "{{Text}}", "label": "positive" }, { "text": "The report arrives today.", "label": "neutral" }]""", Token);
        _bench.Publish("right", repository.Folder);

        await _bench.ActivateAsync("right");
        Assert.Equal(2, Host.Active!.Verification.Golden);

        Assert.Contains("as positive instead of negative", (await _bench.RefusalAsync("wrong")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_with_two_classes_never_says_neutral()
    {
        var repository = TestRepository.WriteDistilBert(Path.Combine(_folder, "two"));
        _bench.Add("two", repository);
        await _bench.ActivateAsync("two");

        Assert.False(Host.Active!.Engine.CanSayNeutral);
        foreach (var (text, label) in repository.Opinions)
        {
            Assert.Equal(Labels.Of(label, 2), (await _bench.AskAsync(text)).Label);
        }

        var scores = new TextScores[1];
        await _bench.Sentiment.AnalyzeAsync(null, new[] { "The shop opens on Monday at ten." }, scores, Call.Bulk, Token);
        Assert.Equal(0, scores[0].Neutral);
        Assert.NotEqual(SentimentLabel.Neutral, scores[0].Label);
    }

    [Fact]
    public async Task Nothing_to_label_is_no_reason_to_wait()
    {
        _bench.Add("one", Roberta("one"));
        await _bench.ActivateAsync("one");

        Assert.Equal(Host.Active!.Identity, await _bench.Sentiment.AnalyzeAsync(null, ReadOnlyMemory<string>.Empty, default, Call.Bulk, Token));
    }

    private static (string Key, string Version, long Number) Decision(Contracts.Messages.ModelActivation activation) => (activation.Key, activation.Version, activation.Number);

    private EncoderRepository Roberta(string name, Func<EncoderConfig, EncoderConfig>? config = null)
        => TestRepository.WriteRoberta(Path.Combine(_folder, name), (config ?? (same => same))(EncoderConfig.Tiny(EncoderKind.Roberta)));

    private async Task ReopenAsync(params (string Key, string Value)[] settings)
    {
        await _bench.DisposeAsync();
        _bench = new HostBench(null, settings);
    }
}
