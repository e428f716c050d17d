using System.Text.Json;
using Microsoft.Extensions.Options;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Generation;
using SocialSentiment.MlWorker.Inference.Onnx;
using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Description;
using SocialSentiment.MlWorker.Models.Store;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>
/// Makes a language model ready to write: loads its network, and has it read a short text and go on with its golden prompts
/// on this very processor. What does not pass is not let in.
/// </summary>
internal sealed partial class GeneratorLoader(
    IOptions<ModelOptions> options,
    IOptions<GenerationOptions> generation,
    VariantLoader variants,
    ComputeDevice device,
    GenerationMetrics metrics,
    TimeProvider time,
    ILogger<GeneratorLoader> logger)
{
    private const string Sample = "The quick brown fox jumps over the lazy dog, and then?";

    /// <summary>
    /// How far off steps may be from reading all at once, in <see cref="Generator.CheckAsync"/>'s measure: rounding, and with
    /// integers that tokens that are computed together share a scale.
    /// </summary>
    private const double Rounding = 0.01;
    private const double CoarseRounding = 0.5;

    /// <summary>What the model will take in memory, before anybody has seen it there.</summary>
    public static long Estimate(ModelEntry entry, StoredModel stored) => VariantLoader.Estimate(entry, stored, (_, _) => 1);

    public Task<LoadedGenerator> LoadAsync(ModelEntry entry, StoredModel stored, CancellationToken cancellationToken)
        => variants.LoadFirstAsync(entry, stored, (variant, failures) => LoadVariantAsync(entry, stored, variant, failures, cancellationToken));

    private async Task<LoadedGenerator> LoadVariantAsync(ModelEntry entry, StoredModel stored, ModelVariant variant, IReadOnlyList<string> failures, CancellationToken cancellationToken)
    {
        var before = NativeMemory.Resident();
        var generator = await CreateAsync(entry, stored, variant, cancellationToken);
        try
        {
            await AskAsync(token => generator.CheckAsync(Sample, variant.Precision == "fp32" ? Rounding : CoarseRounding, token), cancellationToken);
            var golden = Golden(stored);
            foreach (var text in golden)
            {
                await AskAsync(token => CheckAsync(entry, generator, text, token), cancellationToken);
            }

            var memory = Math.Max(NativeMemory.Resident() - before, VariantLoader.SizeOf(stored, variant));
            LogLoaded(entry.Key, stored.Version, variant.Precision, memory / 1024 / 1024, golden.Count);
            return new LoadedGenerator
            {
                Entry = entry,
                Identity = new AnalyzerIdentity(entry.Key, stored.Version, variant.Precision),
                Generator = generator,
                Verification = new Verification(variant.Precision, golden.Count, VariantLoader.NoteOf(failures)),
                MemoryBytes = memory,
                LoadedAt = time.GetUtcNow(),
            };
        }
        catch
        {
            // One that hangs takes its time to end, for which nobody need wait.
            _ = generator.DisposeAsync().AsTask();
            throw;
        }
    }

    private async Task<Generator> CreateAsync(ModelEntry entry, StoredModel stored, ModelVariant variant, CancellationToken cancellationToken)
    {
        var description = ModelDescription.Read(stored.Folder, entry);
        if (description.Family != ModelFamily.Gpt2)
        {
            throw new ModelFilesException($"{entry.Key} cannot write: its {ModelConfig.FileName} does not call it a gpt2, and other language models are not known here.");
        }

        var tokenizer = TokenizerFactory.Create(stored.Folder, entry.Normalization, entry.MaxTokens);
        var texts = TokenTexts.Read(stored.Folder);
        List<OnnxNetwork> networks = [];
        try
        {
            foreach (var file in variant.Networks())
            {
                networks.Add(await variants.LoadNetworkAsync(stored.PathOf(file), generation.Value.Threads, inBackground: true, cancellationToken));
            }

            var network = new DecoderNetwork(networks[0], networks.ElementAtOrDefault(1), description, device.IsCuda);
            return texts.Count > network.Vocabulary
                ? throw new ModelFilesException($"The tokenizer of {entry.Key} has {texts.Count} tokens, and its network only {network.Vocabulary}.")
                : new Generator(entry.Key, network, tokenizer, texts, generation.Value, metrics, time);
        }
        catch
        {
            networks.ForEach(network => network.Dispose());
            throw;
        }
    }

    private static async Task CheckAsync(ModelEntry entry, Generator generator, GoldenContinuation golden, CancellationToken cancellationToken)
    {
        // The text may be cut into other tokens than it was written in: it is enough when it is as long.
        var settings = new GenerationSettings { Temperature = 0, TopK = 0, TopP = 1, MaxTokens = golden.Continuation.Length + 1, Timeout = TimeSpan.FromHours(1) };
        var texts = await generator.GenerateAsync(golden.Prompt, settings, (_, text, _) => text.Length < golden.Continuation.Length, cancellationToken);
        if (!texts[0].Text.StartsWith(golden.Continuation, StringComparison.Ordinal))
        {
            throw new ModelException(
                ModelError.Refused, $"{entry.Key} goes on with \"{golden.Prompt}\" in another way on this machine than it should: with \"{texts[0].Text}\" instead of \"{golden.Continuation}\".");
        }
    }

    private async Task AskAsync(Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        var patience = options.Value.WarmUpTimeout;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        try
        {
            await ask(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ModelException(ModelError.TimedOut, $"It did not write its first text within {patience.TotalSeconds:0.#} s.");
        }
    }

    private static IReadOnlyList<GoldenContinuation> Golden(StoredModel stored)
    {
        if (!stored.Has(GoldenFile.Name))
        {
            return [];
        }

        using var file = File.OpenRead(stored.PathOf(GoldenFile.Name));
        try
        {
            return GoldenFile.ReadContinuations(file);
        }
        catch (JsonException error)
        {
            throw new ModelFilesException($"The {GoldenFile.Name} of {stored.Key} is not what it should be: {error.Message}", error);
        }
    }

    [LoggerMessage(LogLevel.Information, "Loaded {Model} {Version} to write with ({Precision}, {MemoryMb} MB); {Golden} golden prompts go on as they should.")]
    private partial void LogLoaded(string model, string version, string precision, long memoryMb, int golden);
}
