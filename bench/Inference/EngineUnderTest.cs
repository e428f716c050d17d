using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Batching;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.MlWorker.Inference.Onnx;
using SocialSentiment.MlWorker.Inference.Statistics;
using SocialSentiment.MlWorker.Models.Description;

namespace SocialSentiment.Bench.Inference;

/// <summary>The worker's engine in this process: texts in, labels out.</summary>
internal sealed class EngineUnderTest : IAsyncDisposable
{
    /// <summary>Together as many texts as it looks at for ones of similar length.</summary>
    private const int Callers = 32;
    private const int PerRequest = 8;
    private const int FewestBatches = 8;

    private static readonly InferenceMetrics s_metrics = new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    private readonly Network _network;
    private readonly string[] _texts;
    private readonly ClassifierEngine _engine;
    private readonly ModelStatistics _statistics;
    private TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _next;

    public EngineUnderTest(Network network, IReadOnlyList<string> texts, InferenceOptions options)
    {
        _network = network;
        _texts = [.. texts.Take(2048)];
        _statistics = new ModelStatistics(network.Entry.Key, s_metrics, TimeProvider.System);
        var device = new ComputeDevice(Options.Create(options), NullLogger<ComputeDevice>.Instance);
        _engine = new ClassifierEngine(
            OnnxNetwork.Load(network.Path, options.ThreadsPerRunner, device, NullLogger.Instance),
            network.Tokenizer,
            ModelDescription.Read(network.Stored.Folder, network.Entry).Labels!,
            network.Precision,
            options,
            _statistics,
            TimeProvider.System,

            options.ThreadsForOneAlone(new FileInfo(network.Path).Length) is > 0 and var threads
                ? OnnxNetwork.Load(network.Path, threads, device, NullLogger.Instance)
                : null);
    }

    public double MeanBatch => _statistics.MeanBatch;

    public double PaddingRatio => _statistics.PaddingRatio;

    /// <summary>Tokens per second, padding not counted, and managed bytes per text, with more to do than it can.</summary>
    public async Task<(Pace Pace, double BytesPerText)> SaturateAsync(double seconds)
    {
        using var stop = new CancellationTokenSource();
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(_ => Task.Run(() => CallAsync(stop.Token)))];

        // What happens before everybody is at work is not measured. From one answer to another one: slow networks give few in
        // the time.
        await AnswersAsync(Math.Min(0.5, seconds / 2), fewestBatches: 0);
        var (tokens, texts, bytes, beginning) = (_statistics.Tokens, _statistics.Batches * _statistics.MeanBatch, GC.GetTotalAllocatedBytes(), Pace.Begin());
        await AnswersAsync(seconds, _statistics.Batches + FewestBatches);
        var pace = beginning.End(_statistics.Tokens - tokens);
        var allocated = (GC.GetTotalAllocatedBytes() - bytes) / Math.Max(1, (_statistics.Batches * _statistics.MeanBatch) - texts);

        // All is finished that was begun: it would take its time from whoever is measured next.
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        return (pace, allocated);
    }

    /// <summary>One text by itself, from the call to the answer.</summary>
    public async Task AskAsync(int text, TextScores[] scores)
        => await _engine.AnalyzeAsync(_texts.AsMemory(text, 1), scores, new Call(Priority.Interactive, long.MaxValue), CancellationToken.None);

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    /// <summary>Waits for the first answer after so many seconds and batches.</summary>
    private async Task AnswersAsync(double seconds, long fewestBatches)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds || _statistics.Batches < fewestBatches)
        {
            await Volatile.Read(ref _answered).Task;
        }
    }

    private async Task CallAsync(CancellationToken stop)
    {
        var scores = new TextScores[PerRequest];
        while (!stop.IsCancellationRequested)
        {
            var first = (int)((uint)Interlocked.Add(ref _next, PerRequest) % (uint)(_texts.Length - PerRequest));
            await _engine.AnalyzeAsync(_texts.AsMemory(first, PerRequest), scores, Call.Bulk, CancellationToken.None);
            Interlocked.Exchange(ref _answered, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }
}
