using System.Text.Json;
using Microsoft.Extensions.Options;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Batching;
using SocialSentiment.MlWorker.Inference.Chat;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.MlWorker.Inference.Onnx;
using SocialSentiment.MlWorker.Inference.Statistics;
using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Description;
using SocialSentiment.MlWorker.Models.Store;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>
/// Makes a model ready to serve: reads what it is, loads its network, warms it up, and has it label its golden texts on
/// this very processor. What does not pass is not let in.
/// </summary>
internal sealed partial class ModelLoader(
    IOptions<ModelOptions> options,
    IOptions<InferenceOptions> inference,
    VariantLoader variants,
    ComputeDevice device,
    InferenceMetrics metrics,
    RemoteChat chat,
    TimeProvider time,
    ILogger<ModelLoader> logger)
{
    /// <summary>
    /// A short and a usual post: the first run of a network is slower than all others. What is more than that is taken from
    /// those who are served meanwhile.
    /// </summary>
    private static readonly string[] s_warmUp = ["warm", string.Join(' ', Enumerable.Repeat("warming up", 10))];

    /// <summary>What a model that comes without golden texts has to know, if it knows English.</summary>
    private static readonly GoldenText[] s_english =
    [
        new("I love this, it is wonderful!", Contracts.SentimentLabel.Positive),
        new("What a great day, thank you all.", Contracts.SentimentLabel.Positive),
        new("This is terrible, I hate it.", Contracts.SentimentLabel.Negative),
        new("The worst service I have ever had.", Contracts.SentimentLabel.Negative),
    ];

    /// <summary>What the model will take in memory, before anybody has seen it there.</summary>
    public long Estimate(ModelEntry entry, StoredModel? stored)
        => VariantLoader.Estimate(entry, stored, (stored, variant) => ThreadsWhenAlone(stored, variant) > 0 ? 2 : 1);

    /// <param name="ask">How an ensemble asks its members.</param>
    public async Task<LoadedModel> LoadAsync(ModelEntry entry, StoredModel? stored, AskMember ask, CancellationToken cancellationToken)
    {
        if (!entry.Tasks.Contains(ModelTask.Sentiment))
        {
            throw new ModelException(ModelError.Refused, $"{entry.Key} writes texts and labels none.");
        }

        var statistics = new ModelStatistics(entry.Key, metrics, time);
        switch (entry.Family)
        {
            case ModelFamily.Vader:
                return Loaded(entry, Vader.VaderAnalyzer.ReferenceVersion, new VaderEngine(), statistics, new Verification("rules", 0, null), 0);

            case ModelFamily.Ensemble:
                return Loaded(entry, VersionOf(entry), new EnsembleEngine(entry, ask), statistics, new Verification("mixed", 0, null), 0);

            case ModelFamily.Chat:
                // Whether it is right cannot be asked of what others run; whether it answers can.
                var remote = chat.CreateEngine();
                _ = await AskAsync(remote, [s_english[0].Text], cancellationToken);
                return Loaded(entry, chat.Version, remote, statistics, new Verification("remote", 0, "It answers; whether rightly is not checked of what runs elsewhere."), 0);
        }

        return stored is null
            ? throw new ModelException(ModelError.NotPresent, $"The files of {entry.Key} are not here: download it first (POST /models/download).")
            : await variants.LoadFirstAsync(entry, stored, (variant, failures) => LoadVariantAsync(entry, stored, variant, failures, statistics, cancellationToken));
    }

    private async Task<LoadedModel> LoadVariantAsync(
        ModelEntry entry, StoredModel stored, ModelVariant variant, IReadOnlyList<string> failures, ModelStatistics statistics, CancellationToken cancellationToken)
    {
        var before = NativeMemory.Resident();
        var engine = await CreateEngineAsync(entry, stored, variant, statistics, cancellationToken);
        try
        {
            await WarmUpAsync(engine, cancellationToken);
            if (engine is CausalEngine causal)
            {
                await causal.CalibrateAsync(cancellationToken);
            }

            var golden = Golden(entry, stored);
            await CheckAsync(entry, engine, golden, cancellationToken);

            // Measured where that says something: on a busy machine memory comes and goes for other reasons too.
            var memory = Math.Max(NativeMemory.Resident() - before, VariantLoader.SizeOf(stored, variant));
            var note = VariantLoader.NoteOf(failures) is { } passedOver ? passedOver
                : golden.Count == 0 ? "There are no golden texts for its language: nothing was checked."
                : null;
            return Loaded(entry, stored.Version, engine, statistics, new Verification(variant.Precision, golden.Count, note), memory);
        }
        catch
        {
            // One that hangs takes its time to end, for which nobody need wait.
            engine.Abort();
            _ = engine.DisposeAsync().AsTask();
            throw;
        }
    }

    private async Task<ISentimentEngine> CreateEngineAsync(
        ModelEntry entry, StoredModel stored, ModelVariant variant, ModelStatistics statistics, CancellationToken cancellationToken)
    {
        var description = ModelDescription.Read(stored.Folder, entry);
        var tokenizer = TokenizerFactory.Create(stored.Folder, entry.Normalization, entry.MaxTokens);
        var network = await LoadNetworkAsync(stored.PathOf(variant.File), inference.Value.ThreadsPerRunner, cancellationToken);
        OnnxNetwork? wide = null;
        try
        {
            if (description.Family != ModelFamily.Gpt2 && ThreadsWhenAlone(stored, variant) is > 0 and var threads)
            {
                wide = await LoadNetworkAsync(stored.PathOf(variant.File), threads, cancellationToken);
            }

            var settings = inference.Value.WithBatches(entry.MaxBatchRows > 0 ? entry.MaxBatchRows : inference.Value.MaxBatchRows, inference.Value.MaxBatchTokens);
            return description.Family == ModelFamily.Gpt2
                ? new CausalEngine(network, tokenizer, entry.Prompt!, description, variant.Precision, settings, statistics, time)
                : new ClassifierEngine(network, tokenizer, description.Labels!, variant.Precision, settings, statistics, time, wide);
        }
        catch
        {
            network.Dispose();
            wide?.Dispose();
            throw;
        }
    }

    /// <summary>0: there is no second copy of the network for batches that have the machine to themselves.</summary>
    private int ThreadsWhenAlone(StoredModel stored, ModelVariant variant) => device.IsCuda ? 0 : inference.Value.ThreadsForOneAlone(VariantLoader.SizeOf(stored, variant));

    /// <summary>
    /// A session's own threads inherit a low priority for good; that is as well for those that only help when nobody else has
    /// work.
    /// </summary>
    private Task<OnnxNetwork> LoadNetworkAsync(string path, int threads, CancellationToken cancellationToken)
        => variants.LoadNetworkAsync(path, threads, inBackground: threads == 1 || threads > inference.Value.ThreadsPerRunner, cancellationToken);

    private async Task WarmUpAsync(ISentimentEngine engine, CancellationToken cancellationToken)
    {
        // One after the other, and all at once: alone, and on every thread.
        foreach (var text in s_warmUp)
        {
            await AskAsync(engine, [text], cancellationToken);
        }

        await AskAsync(engine, [.. Enumerable.Range(0, Environment.ProcessorCount).Select(i => s_warmUp[i % s_warmUp.Length])], cancellationToken);
    }

    private async Task CheckAsync(ModelEntry entry, ISentimentEngine engine, IReadOnlyList<GoldenText> golden, CancellationToken cancellationToken)
    {
        if (golden.Count == 0)
        {
            return;
        }

        var scores = await AskAsync(engine, [.. golden.Select(text => text.Text)], cancellationToken);
        var wrong = golden.Select((text, i) => (text, scores[i])).FirstOrDefault(pair => pair.Item2.Label != pair.text.Label);
        if (wrong.text is { } text)
        {
            var count = golden.Where((other, i) => scores[i].Label != other.Label).Count();
            throw new ModelException(
                ModelError.Refused,
                $"{entry.Key} labels {count} of {golden.Count} golden texts wrongly on this machine, among them \"{text.Text}\" as {Word(wrong.Item2.Label)} instead of {Word(text.Label)}.");
        }
    }

    private async Task<TextScores[]> AskAsync(ISentimentEngine engine, string[] texts, CancellationToken cancellationToken)
    {
        var scores = new TextScores[texts.Length];
        var patience = options.Value.WarmUpTimeout;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        try
        {
            await engine.AnalyzeAsync(texts, scores, Call.Bulk, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ModelException(ModelError.TimedOut, $"It did not answer its first texts within {patience.TotalSeconds:0.#} s.");
        }

        return scores.FirstOrDefault(score => score.Error is not null).Error is { } error
            ? throw new ModelException(ModelError.Unusable, error.Message, error)
            : scores;
    }

    private LoadedModel Loaded(ModelEntry entry, string version, ISentimentEngine engine, ModelStatistics statistics, Verification verification, long memory)
    {
        LogLoaded(entry.Key, version, engine.Precision, memory / 1024 / 1024, verification.Golden);
        return new LoadedModel
        {
            Entry = entry,
            Identity = new AnalyzerIdentity(entry.Key, version, engine.Precision),
            Engine = engine,
            Statistics = statistics,
            Verification = verification,
            MemoryBytes = memory,
            LoadedAt = time.GetUtcNow(),
        };
    }

    private static IReadOnlyList<GoldenText> Golden(ModelEntry entry, StoredModel stored)
    {
        if (entry.Golden.Count > 0)
        {
            return entry.Golden;
        }

        if (stored.Has(GoldenFile.Name))
        {
            using var file = File.OpenRead(stored.PathOf(GoldenFile.Name));
            return GoldenFile.Read(file);
        }

        return entry.Languages.Count == 0 || entry.Languages.Contains("en") ? s_english : [];
    }

    /// <summary>An ensemble has no files; it is what its members and their weights are.</summary>
    private static string VersionOf(ModelEntry entry)
        => string.Join('+', entry.Members.Select(member => FormattableString.Invariant($"{member.Key}*{member.Weight}")));

    private static string Word(Contracts.SentimentLabel label) => JsonNamingPolicy.SnakeCaseLower.ConvertName(label.ToString());

    [LoggerMessage(LogLevel.Information, "Loaded {Model} {Version} ({Precision}, {MemoryMb} MB); {Golden} golden texts are right.")]
    private partial void LogLoaded(string model, string version, string precision, long memoryMb, int golden);
}
