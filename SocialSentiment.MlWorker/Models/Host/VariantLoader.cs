using Microsoft.Extensions.Options;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Onnx;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Description;
using SocialSentiment.MlWorker.Models.Store;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>A model's networks in the order in which they are tried, until one serves.</summary>
internal sealed partial class VariantLoader(IOptions<ModelOptions> options, ComputeDevice device, TimeProvider time, ILogger<VariantLoader> logger)
{
    /// <summary>What the model will take in memory, before anybody has seen it there.</summary>
    /// <param name="copies">How often a network is loaded.</param>
    public static long Estimate(ModelEntry entry, StoredModel? stored, Func<StoredModel, ModelVariant, int> copies)
        => entry.MemoryMb > 0 ? entry.MemoryMb * 1024L * 1024
        : stored is null ? 0
        : entry.Variants.Where(variant => variant.Networks().All(stored.Has)).Select(variant => SizeOf(stored, variant) * copies(stored, variant) * 5 / 4).FirstOrDefault();

    public static long SizeOf(StoredModel stored, ModelVariant variant) => stored.Manifest.Files.Where(file => variant.Paths().Contains(file.Path)).Sum(file => file.Size);

    /// <summary>That others were passed over, if they were.</summary>
    public static string? NoteOf(IReadOnlyList<string> failures) => failures.Count > 0 ? $"Not as wished. {string.Join(" ", failures)}" : null;

    /// <param name="load">Loads one of them, given why those before it do not serve.</param>
    public async Task<T> LoadFirstAsync<T>(ModelEntry entry, StoredModel stored, Func<ModelVariant, IReadOnlyList<string>, Task<T>> load)
    {
        var variants = Present(entry, stored);
        if (variants.Count == 0)
        {
            throw new ModelException(
                ModelError.Unusable, $"None of the networks of {entry.Key} ({string.Join(", ", entry.Variants.Select(variant => variant.File))}) is among its files.");
        }

        List<string> failures = [];
        foreach (var variant in variants)
        {
            try
            {
                return await load(variant, failures);
            }
            catch (ModelException error) when (error.Error is ModelError.Unusable or ModelError.Refused or ModelError.TimedOut or ModelError.Failed)
            {
                LogVariantFailed(entry.Key, variant.Precision, error.Message);
                failures.Add($"{variant.Precision}: {error.Message}");
            }
            catch (ModelFilesException error)
            {
                // So they say of all variants.
                throw new ModelException(ModelError.Refused, error.Message, error);
            }
        }

        throw new ModelException(ModelError.Unusable, $"{entry.Key} cannot serve. {string.Join(" ", failures)}");
    }

    /// <param name="inBackground">Whether loading gives way to those who are served meanwhile, as the session's own threads then do for good.</param>
    public async Task<OnnxNetwork> LoadNetworkAsync(string path, int threads, bool inBackground, CancellationToken cancellationToken)
    {
        var loading = inBackground
            ? NativeMemory.RunInBackgroundAsync(() => OnnxNetwork.Load(path, threads, device, logger))
            : Task.Run(() => OnnxNetwork.Load(path, threads, device, logger), cancellationToken);
        try
        {
            return await loading.WaitAsync(options.Value.LoadTimeout, time, cancellationToken);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            // It cannot be stopped; when it is ready after all, nobody wants it any more.
            _ = loading.ContinueWith(static late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw error is TimeoutException
                ? new ModelException(ModelError.TimedOut, $"{Path.GetFileName(path)} did not load within {options.Value.LoadTimeout.TotalSeconds:0} s.", error)
                : error;
        }
    }

    private List<ModelVariant> Present(ModelEntry entry, StoredModel stored)
    {
        var present = entry.Variants.Where(variant => variant.Networks().All(stored.Has));
        var wished = options.Value.Precisions;
        if (wished.Count > 0)
        {
            return [.. present.Where(variant => wished.Contains(variant.Precision)).OrderBy(variant => wished.IndexOf(variant.Precision))];
        }

        // Integers are quick on a CPU; a GPU likes its floating point.
        return device.IsCuda ? [.. present.OrderBy(variant => variant.Precision == "int8")] : [.. present];
    }

    [LoggerMessage(LogLevel.Warning, "{Model} cannot serve in {Precision}: {Reason}")]
    private partial void LogVariantFailed(string model, string precision, string reason);
}
