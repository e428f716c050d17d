using System.Diagnostics;
using System.Globalization;
using SocialSentiment.Contracts;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.Testing;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Onnx;
using SocialSentiment.TestModels.Repositories;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Host;

/// <summary>What cannot serve is refused with its reason, and what served goes on.</summary>
public sealed class RefusedModelTests : IAsyncLifetime
{
    private const string Text = "I love this, it is great!";
    private readonly string _folder = Directory.CreateTempSubdirectory("refused-").FullName;
    private readonly HostBench _bench = new(null, ("Models:WarmUpTimeout", "00:00:01"), ("Inference:RunTimeout", "00:10:00"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bench.Add("good", TestRepository.WriteBert(Path.Combine(_folder, "good")));
        await _bench.ActivateAsync("good");
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public Task Both_precisions_that_label_wrongly()
        => AssertRefusedAsync(
            repository =>
            {
                EncoderNetwork.Model(repository.Weights.WithPermutedLabels()).Save(repository.Model);
                EncoderNetwork.Model(repository.Weights.WithPermutedLabels()).Save(repository.QuantizedModel);
            },
            "int8: bad labels 12 of 12 golden texts wrongly",
            "fp32: bad labels 12 of 12 golden texts wrongly");

    [Fact]
    public Task Files_that_are_no_networks() => AssertRefusedAsync(
        repository =>
        {
            File.WriteAllBytes(repository.Model, BrokenModels.Truncated(repository.Weights));
            File.WriteAllBytes(repository.QuantizedModel, BrokenModels.Garbage());
        },
        "model_quantized.onnx is not a network that ONNX Runtime can load",
        "model.onnx is not a network that ONNX Runtime can load");

    [Fact]
    public Task A_network_that_answers_with_what_is_no_number() => AssertRefusedAsync(BrokenModels.NotANumber, "not a number");

    [Fact]
    public Task A_network_that_answers_nan_for_a_golden_text() => AssertRefusedAsync((weights, love) => BrokenModels.NotANumber(weights, love), "not a number");

    [Fact]
    public Task A_network_with_more_outputs_than_labels() => AssertRefusedAsync((weights, _) => BrokenModels.TooManyLabels(weights), "wrong shape", "names 3 labels");

    [Fact]
    public Task A_network_that_has_more_outputs_than_it_says() => AssertRefusedAsync((weights, _) => BrokenModels.TooManyLabelsUnannounced(weights), "failed");

    [Fact]
    public Task A_network_without_a_head() => AssertRefusedAsync((weights, _) => BrokenModels.ThreeDimensions(weights), "wrong shape");

    [Fact]
    public Task A_network_with_other_inputs() => AssertRefusedAsync((weights, _) => BrokenModels.WrongInputNames(weights), "input_ids, attention_mask are missing");

    [Fact]
    public Task A_network_with_an_operator_that_nobody_knows() => AssertRefusedAsync((weights, _) => BrokenModels.UnknownOperator(weights), "Divine");

    [Fact]
    public Task A_network_that_asks_for_more_memory_than_there_is() => AssertRefusedAsync((weights, _) => BrokenModels.HugeMemory(weights), "failed");

    [Fact]
    public async Task A_network_that_never_answers_is_given_up_in_time_and_leaves_the_processor_alone()
    {
        var before = InferenceThreads();
        var started = Stopwatch.GetTimestamp();
        await AssertRefusedAsync((weights, _) => BrokenModels.Hanging(weights), "It did not answer its first texts within 1 s.");
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20));

        await AssertIdleAsync(before);
    }

    [Fact]
    public async Task A_network_that_hangs_on_one_text_of_many_leaves_the_processor_alone_too()
    {
        var before = InferenceThreads();
        await AssertRefusedAsync((weights, love) => BrokenModels.Hanging(weights, love), "It did not answer its first texts within 1 s.");

        await AssertIdleAsync(before);
    }

    [Fact]
    public async Task A_base_model_has_no_head_and_that_is_the_reason()
    {
        var repository = Repository();
        var config = Path.Combine(repository.Folder, "config.json");
        await File.WriteAllTextAsync(
            config, (await File.ReadAllTextAsync(config, Token)).Replace("RobertaForSequenceClassification", "RobertaForMaskedLM", StringComparison.Ordinal), Token);
        _bench.Add("base", repository);

        var error = await _bench.RefusalAsync("base");

        Assert.Equal(
            (ModelError.Refused, "base has no sentiment head: its config.json calls it RobertaForMaskedLM. A model of this kind has to be fine-tuned for sentiment first."),
            (error.Error, error.Message));
        await AssertServedByGoodAsync();
    }

    [Fact]
    public async Task A_model_whose_files_are_gone()
    {
        _bench.Add("bad", Repository());
        File.Delete(_bench.Store.Find("bad")!.PathOf("vocab.json"));

        Assert.Equal(ModelError.NotPresent, (await _bench.RefusalAsync("bad")).Error);
        Assert.Equal(ModelError.NotPresent, (await _bench.RefusalAsync("distilbert")).Error);
        Assert.Contains("models/compact-gpt has no files", (await _bench.RefusalAsync("compact-gpt")).Message, StringComparison.Ordinal);
        Assert.Equal(ModelError.Refused, (await _bench.RefusalAsync("openai")).Error);
        await AssertServedByGoodAsync();
    }

    private EncoderRepository Repository() => TestRepository.WriteRoberta(Path.Combine(_folder, "bad"));

    /// <param name="spoil">Makes the networks of both precisions, given a token that only some of the golden texts have.</param>
    private Task AssertRefusedAsync(Func<EncoderWeights, int?, OnnxModel> spoil, params string[] reasons)
        => AssertRefusedAsync(
            repository =>
            {
                var network = spoil(repository.Weights, repository.Tokenizer.EncodePlain(" love").Single());
                network.Save(repository.Model);
                network.Save(repository.QuantizedModel);
            },
            reasons);

    private async Task AssertRefusedAsync(Action<EncoderRepository> spoil, params string[] reasons)
    {
        var repository = Repository();
        spoil(repository);
        _bench.Add("bad", repository);

        var error = await _bench.RefusalAsync("bad");

        Assert.Equal(ModelError.Unusable, error.Error);
        Assert.StartsWith("bad cannot serve. int8: ", error.Message, StringComparison.Ordinal);
        Assert.All(reasons, reason => Assert.Contains(reason, error.Message, StringComparison.Ordinal));
        await AssertServedByGoodAsync();
    }

    private async Task AssertServedByGoodAsync()
    {
        Assert.Equal("good", Assert.Single(_bench.Host.Loaded).Key);
        Assert.Equal((SentimentLabel.Positive, _bench.Host.Active!.Identity), await _bench.AskAsync(Text));
        Assert.Null(_bench.Host.Note);
    }

    /// <summary>Every thread that has come since then has gone, or does nothing. Other tests run in this process: theirs end too.</summary>
    private static Task AssertIdleAsync(Dictionary<int, string> before)
    {
        var last = InferenceThreads();
        return Eventually.TrueAsync(
            () =>
            {
                var earlier = last;
                last = InferenceThreads();
                return Task.FromResult(last.All(thread => before.ContainsKey(thread.Key) || earlier.GetValueOrDefault(thread.Key) == thread.Value));
            },
            Token);
    }

    /// <summary>The threads that compute batches, and the processor time that each has used.</summary>
    private static Dictionary<int, string> InferenceThreads()
    {
        Dictionary<int, string> threads = [];
        foreach (var task in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(task, "comm")).StartsWith("inference", StringComparison.Ordinal))
                {
                    threads[int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture)] = File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0];
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It has just ended.
            }
        }

        return threads;
    }
}
