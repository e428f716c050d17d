using System.Diagnostics.Metrics;

namespace SocialSentiment.MlWorker.Inference.Generation;

/// <summary>What language models write, for the dashboard; always with the model's key, never with a text.</summary>
internal sealed class GenerationMetrics
{
    public GenerationMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(WorkerTelemetry.Name);
        Tokens = meter.CreateCounter<long>("sentiment.generation.tokens", "{token}", "Tokens drawn, of all continuations together.");
        PromptTokens = meter.CreateCounter<long>("sentiment.generation.prompt_tokens", "{token}", "Tokens of prompts that were read.");
        FirstToken = meter.CreateHistogram(
            "sentiment.generation.first_token.duration", "s", "How long it takes from an order to its first token, waiting included.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        Rate = meter.CreateHistogram(
            "sentiment.generation.rate", "{token}/s", "Tokens drawn in a second after the first one, of all continuations of an order together.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000] });
    }

    public Counter<long> Tokens { get; }

    public Counter<long> PromptTokens { get; }

    public Histogram<double> FirstToken { get; }

    public Histogram<double> Rate { get; }
}
