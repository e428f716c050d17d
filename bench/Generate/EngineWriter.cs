using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Generation;
using SocialSentiment.MlWorker.Inference.Onnx;
using SocialSentiment.MlWorker.Inference.Tokenization;

namespace SocialSentiment.Bench.Generate;

/// <summary>The engine as the worker has it: from text to text, with drawing, and somebody who hears of every token.</summary>
internal sealed class EngineWriter(BenchModel model, int threads) : IWriter
{
    private static readonly GenerationMetrics s_metrics = new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    private readonly Generator _generator = new(
        model.Name,
        new DecoderNetwork(
            OnnxNetwork.Load(model.Path, threads, new ComputeDevice(Options.Create(new InferenceOptions { Device = Device.Cpu }), NullLogger<ComputeDevice>.Instance), NullLogger.Instance),
            null,
            model.Description,
            onDevice: false),
        model.Tokenizer,
        TokenTexts.Read(model.Folder),
        new GenerationOptions(),
        s_metrics,
        TimeProvider.System);

    public string Name => "engine";

    public async Task<Timing> WriteAsync(Prompt prompt, int samples, int tokens, int seed)
    {
        var settings = new GenerationSettings { Samples = samples, MaxTokens = tokens, MinTokens = tokens, Seed = seed, Timeout = TimeSpan.FromMinutes(10) };
        var (heard, first) = (0, 0.0);
        var started = Stopwatch.GetTimestamp();
        var texts = await _generator.GenerateAsync(
            prompt.Text,
            settings,
            (_, _, _) =>
            {
                if (++heard == samples)
                {
                    first = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                }

                return true;
            },
            CancellationToken.None);
        var all = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return texts.All(text => text.Tokens == tokens)
            ? new Timing(first, all)
            : throw new InvalidOperationException($"{model.Name} ended too early: {string.Join(", ", texts.Select(text => $"{text.Tokens} {text.End}"))}");
    }

    public ValueTask DisposeAsync() => _generator.DisposeAsync();
}
