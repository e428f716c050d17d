using Microsoft.AspNetCore.Http.HttpResults;
using SocialSentiment.Contracts.Models;
using SocialSentiment.MlWorker.Inference.Onnx;
using SocialSentiment.MlWorker.Inference.Statistics;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.ServiceDefaults.Security;

namespace SocialSentiment.MlWorker.Endpoints;

/// <summary>What models do, in numbers, for those who have no dashboard at hand.</summary>
internal static class MetricsApi
{
    public static void MapMetrics(this IEndpointRouteBuilder endpoints)
        => endpoints.MapGet("/metrics", Get).WithTags("Metrics").WithName("Metrics").RequireServiceKey();

    private static Ok<MetricsResponse> Get(ModelHost host, ComputeDevice device, ServiceInfo service)
        => TypedResults.Ok(new MetricsResponse(
            service.Instance,
            device.Name,
            NativeMemory.Resident() / 1024 / 1024,
            [.. host.Loaded.OrderBy(model => model.Key, StringComparer.Ordinal).Select(model => Describe(model, model == host.Active))]));

    private static ModelMetrics Describe(LoadedModel model, bool active)
    {
        var statistics = model.Statistics;
        return new ModelMetrics(
            model.Key,
            model.Version,
            model.Identity.Precision,
            active,
            statistics.Requests,
            statistics.Texts,
            statistics.Errors,
            statistics.Rejected,
            statistics.Expired,
            Percentiles(statistics.Latency),
            Percentiles(statistics.QueueWait),
            Percentiles(statistics.Run),
            statistics.Batches,
            Math.Round(statistics.MeanBatch, 2),
            statistics.LargestBatch,
            Math.Round(statistics.PaddingRatio, 3),
            statistics.Tokens,
            Math.Round(statistics.TokensPerSecond),
            model.Engine.Inside,
            model.MemoryBytes / 1024 / 1024);
    }

    private static DurationPercentiles Percentiles(RecentDurations durations)
        => new(Round(durations.Percentile(0.50)), Round(durations.Percentile(0.95)), Round(durations.Percentile(0.99)));

    private static double? Round(double? milliseconds) => milliseconds is { } value ? Math.Round(value, 3) : null;
}
