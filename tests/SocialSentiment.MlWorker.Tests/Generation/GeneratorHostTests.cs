using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SocialSentiment.Contracts.Models;
using SocialSentiment.MlWorker.Endpoints;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Generation;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.MlWorker.Tests.Host;
using SocialSentiment.Testing;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Gpt2;
using SocialSentiment.TestModels.Repositories;
using SocialSentiment.TestModels.Weights;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Generation;

/// <summary>Language models are loaded when they are asked for, are checked, and leave.</summary>
public sealed class GeneratorHostTests : IAsyncLifetime
{
    private static readonly GenerationSettings s_oneWord = TestGenerators.Greedy with { MaxTokens = 1 };
    private readonly string _folder = Directory.CreateTempSubdirectory("host-generators-").FullName;
    private HostBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_model_is_loaded_when_it_is_first_asked_for_and_stays()
    {
        _bench.Add("writer", Repository());
        Assert.Empty(_bench.Shelf.Loaded);

        using (var lease = await _bench.Generators.LeaseAsync("writer", Token))
        {
            Assert.Equal(new AnalyzerIdentity("writer", _bench.Store.Find("writer")!.Version, "int8"), lease.Identity);
            Assert.Equal(256, lease.MaxTokens);
            await AssertWritesAsync(lease.Generator);
        }

        var loaded = Assert.Single(_bench.Shelf.Loaded);
        Assert.Equal((0, new Verification("int8", 0, null)), (loaded.Users, loaded.Verification));
        using var again = await _bench.Generators.LeaseAsync("WRITER", Token);
        Assert.Same(loaded, Assert.Single(_bench.Shelf.Loaded));
        Assert.Equal(1, loaded.Users);
        again.Dispose();
        Assert.Equal(0, loaded.Users);
    }

    [Theory]
    [InlineData(Gpt2Form.Decoder, Gpt2Form.DecoderWithPast)]
    [InlineData(Gpt2Form.DecoderWithPast, null)]
    [InlineData(Gpt2Form.Decoder, null)]
    public async Task Exports_of_every_form_can_be_loaded(Gpt2Form first, Gpt2Form? then)
    {
        _bench.Add("writer", Repository(), entry => entry with
        {
            Variants = [new ModelVariant("fp32", Gpt2Repository.FileOf(first), Past: then is { } form ? Gpt2Repository.FileOf(form) : null)],
        });

        using var lease = await _bench.Generators.LeaseAsync("writer", Token);

        await AssertWritesAsync(lease.Generator);
    }

    [Fact]
    public async Task Many_who_ask_at_once_share_one()
    {
        _bench.Add("writer", Repository());

        var leases = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _bench.Generators.LeaseAsync("writer", Token)));

        Assert.Equal(10, Assert.Single(_bench.Shelf.Loaded).Users);
        Assert.All(leases, lease => lease.Dispose());
    }

    [Fact]
    public async Task What_is_broken_in_int8_writes_in_fp32_and_says_so()
    {
        var repository = Repository();
        await File.WriteAllBytesAsync(repository.Model(Gpt2Form.Merged, Precision.Quantized), BrokenModels.Garbage(), Token);
        _bench.Add("writer", repository);

        using var lease = await _bench.Generators.LeaseAsync("writer", Token);

        Assert.Equal("fp32", lease.Identity.Precision);
        Assert.StartsWith("Not as wished. int8: ", Assert.Single(_bench.Shelf.Loaded).Verification.Note, StringComparison.Ordinal);
        await AssertWritesAsync(lease.Generator);
    }

    [Fact]
    public async Task What_gives_no_numbers_or_keeps_nothing_of_a_text_or_hangs_is_not_let_in()
    {
        await _bench.DisposeAsync();
        _bench = new HostBench(settings: ("Models:WarmUpTimeout", "00:00:02"));
        var repository = Repository();
        var quick = repository.Tokenizer.EncodePlain(" quick")[0];
        foreach (var (key, network, reason) in new[]
        {
            ("nan", BrokenModels.NotANumberSteps(repository.Weights, quick), "something that is not a number"),
            ("hanging", BrokenModels.HangingSteps(repository.Weights, quick), "It did not write its first text within 2 s."),
            ("encoder", EncoderNetwork.Model(TestRepository.WriteDistilBert(Path.Combine(_folder, "encoder")).Weights), "wrong shape"),
        })
        {
            network.Save(repository.Model(Gpt2Form.Merged));
            _bench.Add(key, repository, entry => entry with { Variants = [new ModelVariant("fp32", Gpt2Repository.FileOf(Gpt2Form.Merged))] });

            var error = await Assert.ThrowsAsync<ModelException>(() => _bench.Generators.LeaseAsync(key, Token));

            Assert.Equal(ModelError.Unusable, error.Error);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
            Assert.StartsWith($"{key} cannot serve. fp32: ", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(_bench.Shelf.Loaded);
        Assert.Equal(0, _bench.Shelf.MemoryUsed);
    }

    [Fact]
    public async Task A_model_goes_on_as_its_golden_prompts_say_or_is_not_let_in()
    {
        var repository = Repository();
        await WriteGoldenAsync(repository, repository.Continuations.Select(pair => (pair.Prompt, pair.Next)));
        _bench.Add("right", repository);
        await WriteGoldenAsync(repository, [(repository.Continuations[0].Prompt, " something else")]);
        _bench.Add("wrong", repository);

        using var lease = await _bench.Generators.LeaseAsync("right", Token);
        var error = await Assert.ThrowsAsync<ModelException>(() => _bench.Generators.LeaseAsync("wrong", Token));

        Assert.Equal(repository.Continuations.Count, Assert.Single(_bench.Shelf.Loaded).Verification.Golden);
        Assert.Contains("instead of \" something else\"", error.Message, StringComparison.Ordinal);

        // The same files are not tried again at once.
        Assert.Same(error, (await Assert.ThrowsAsync<ModelException>(() => _bench.Generators.LeaseAsync("wrong", Token))).InnerException);
    }

    [Fact]
    public async Task The_next_one_who_asks_gets_the_new_version_and_who_has_the_old_one_keeps_it()
    {
        var repository = Repository();
        _bench.Add("writer", repository);
        using var old = await _bench.Generators.LeaseAsync("writer", Token);
        var former = Assert.Single(_bench.Shelf.Loaded);
        await WriteGoldenAsync(repository, [(repository.Continuations[0].Prompt, repository.Continuations[0].Next)]);
        var version = _bench.Publish("writer", repository.Folder).Version;

        using var lease = await _bench.Generators.LeaseAsync("writer", Token);

        Assert.Equal((version, false), (lease.Identity.Version, version == old.Identity.Version));
        await AssertWritesAsync(old.Generator);
        await AssertWritesAsync(lease.Generator);
        Assert.False(former.Gone.IsCompleted);
        old.Dispose();
        await former.Gone.WaitAsync(Token);

        // One that is no good changes nothing.
        await File.WriteAllBytesAsync(repository.Model(Gpt2Form.Merged), BrokenModels.Garbage(), Token);
        await File.WriteAllBytesAsync(repository.Model(Gpt2Form.Merged, Precision.Quantized), BrokenModels.Garbage(), Token);
        _bench.Publish("writer", repository.Folder);
        using var still = await _bench.Generators.LeaseAsync("writer", Token);
        Assert.Equal(version, still.Identity.Version);
    }

    [Fact]
    public async Task Who_is_not_asked_leaves_the_memory_and_comes_back()
    {
        await _bench.DisposeAsync();
        _bench = new HostBench(settings: ("Generation:IdleTimeout", "00:00:00.5"));
        _bench.Add("writer", Repository());
        LoadedGenerator first;
        using (var lease = await _bench.Generators.LeaseAsync("writer", Token))
        {
            first = Assert.Single(_bench.Shelf.Loaded);
            await Task.Delay(TimeSpan.FromSeconds(1.5), Token);
            Assert.Same(first, Assert.Single(_bench.Shelf.Loaded));
        }

        await first.Gone.WaitAsync(Token);
        Assert.Empty(_bench.Shelf.Loaded);
        Assert.Equal(0, _bench.Host.MemoryUsed);
        using var again = await _bench.Generators.LeaseAsync("writer", Token);
        await AssertWritesAsync(again.Generator);
    }

    [Fact]
    public async Task It_shares_the_budget_with_the_models_for_labels()
    {
        await _bench.DisposeAsync();
        _bench = new HostBench(settings: ("Models:MemoryBudgetMb", "100"));
        _bench.Add("writer", Repository(), entry => entry with { MemoryMb = 60 });
        _bench.Add("labels", TestRepository.WriteRoberta(Path.Combine(_folder, "labels")), entry => entry with { MemoryMb = 100 });
        await _bench.ActivateAsync("vader");
        (await _bench.Generators.LeaseAsync("writer", Token)).Dispose();
        var writer = Assert.Single(_bench.Shelf.Loaded);
        Assert.InRange(_bench.Host.MemoryUsed, writer.MemoryBytes, 100L * 1024 * 1024);

        // This one claims to need all of it.
        await _bench.AskAsync("I love this", "labels");
        await writer.Gone.WaitAsync(Token);
        Assert.Empty(_bench.Shelf.Loaded);

        // Room is made the other way too; what is in use stays, and then there is none.
        _bench.Add("huge", Repository("huge"), entry => entry with { MemoryMb = 100 });
        (await _bench.Generators.LeaseAsync("huge", Token)).Dispose();
        Assert.DoesNotContain(_bench.Host.Loaded, model => model.Key == "labels");
        using var lease = await _bench.Generators.LeaseAsync("huge", Token);
        _bench.Add("more", Repository("more"), entry => entry with { MemoryMb = 100 });
        Assert.Equal(ModelError.TooLarge, (await Assert.ThrowsAsync<ModelException>(() => _bench.Generators.LeaseAsync("more", Token))).Error);
    }

    [Fact]
    public async Task A_model_that_both_labels_and_writes_is_shown_once()
    {
        _bench.Add("both", Repository(), entry => entry with
        {
            Tasks = [ModelTask.Sentiment, ModelTask.Generation],
            Prompt = new SentimentPrompt("Tweet:", "\nSentiment:", " negative", " neutral", " positive"),
            Golden = [new GoldenText("I love this, it is great!", Contracts.SentimentLabel.Positive)],
        });
        await _bench.ActivateAsync("vader");
        var directory = _bench.Services.GetRequiredService<ModelDirectory>();
        Assert.Equal((ModelState.Present, null), (directory.Get("both").State, directory.Get("both").Loaded));

        using var lease = await _bench.Generators.LeaseAsync("both", Token);
        var writes = directory.Get("both");
        Assert.Equal((ModelState.Loaded, "int8", lease.Identity.Version), (writes.State, writes.Loaded!.Precision, writes.Loaded.Version));

        await _bench.AskAsync("I love this", "both");
        var both = directory.Get("both");
        Assert.Equal((ModelState.Loaded, 1), (both.State, both.Loaded!.GoldenTexts));

        // Its files may be deleted: both are let go.
        await _bench.Host.UnloadAsync("both", Token);
        Assert.Empty(_bench.Shelf.Loaded);
        await AssertWritesAsync(lease.Generator);
    }

    [Fact]
    public async Task What_cannot_write_says_why()
    {
        _bench.Add("labels", TestRepository.WriteRoberta(Path.Combine(_folder, "labels")));
        _bench.Add("wrong", TestRepository.WriteRoberta(Path.Combine(_folder, "wrong")), entry => entry with { Tasks = [ModelTask.Generation] });

        await AssertErrorAsync("labels", ModelError.Refused, "labels texts and writes none");
        await AssertErrorAsync("vader", ModelError.Refused, "labels texts and writes none");
        await AssertErrorAsync("openai", ModelError.Refused, "no language model that runs here");
        await AssertErrorAsync("templates", ModelError.Refused, "no language model that runs here");
        await AssertErrorAsync("distilgpt2", ModelError.NotPresent, "download it first");
        await AssertErrorAsync("unheard-of", ModelError.Unknown, "There is no model");
        await AssertErrorAsync("wrong", ModelError.Refused, "does not call it a gpt2");
    }

    private async Task AssertErrorAsync(string key, ModelError expected, string reason)
    {
        var error = await Assert.ThrowsAsync<ModelException>(() => _bench.Generators.LeaseAsync(key, Token));
        Assert.Equal(expected, error.Error);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static async Task AssertWritesAsync(IGenerator generator)
    {
        var (prompt, next) = (Opinions.Prompts()[0].Prompt, Opinions.Prompts()[0].Next);
        Assert.Equal(next, Assert.Single(await generator.GenerateAsync(prompt, s_oneWord, null, Token)).Text);
    }

    private static Task WriteGoldenAsync(Gpt2Repository repository, IEnumerable<(string Prompt, string Next)> golden)
        => File.WriteAllTextAsync(
            Path.Combine(repository.Folder, GoldenFile.Name), JsonSerializer.Serialize(golden.Select(pair => new { prompt = pair.Prompt, continuation = pair.Next })), Token);

    private Gpt2Repository Repository(string name = "writer") => TestRepository.WriteGpt2(Path.Combine(_folder, name));
}
