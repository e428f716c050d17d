namespace SocialSentiment.Contracts.Models;

/// <summary>What a worker's models have done since they were loaded.</summary>
/// <param name="Replica">The worker that answers.</param>
/// <param name="Device">Where networks are computed.</param>
/// <param name="ResidentMb">The memory of the whole process.</param>
/// <param name="Models">The models in memory.</param>
public sealed record MetricsResponse(string Replica, string Device, long ResidentMb, IReadOnlyList<ModelMetrics> Models);

/// <summary>One model's numbers.</summary>
/// <param name="Key">The model.</param>
/// <param name="Version">Its version.</param>
/// <param name="Precision">The arithmetic that it runs in.</param>
/// <param name="Active">Whether it labels posts.</param>
/// <param name="Requests">Requests answered; a batch counts as one.</param>
/// <param name="Texts">Texts answered.</param>
/// <param name="Errors">Texts that could not be computed.</param>
/// <param name="Rejected">Texts for which there was no room.</param>
/// <param name="Expired">Texts whose time was up before their turn came.</param>
/// <param name="LatencyMs">From a request's arrival to its answer, over the last minute or two.</param>
/// <param name="QueueMs">From arrival until the batch begins.</param>
/// <param name="RunMs">What a batch takes.</param>
/// <param name="Batches">Batches computed.</param>
/// <param name="MeanBatchSize">Texts in a batch on average.</param>
/// <param name="LargestBatchSize">Texts in the largest batch.</param>
/// <param name="PaddingRatio">The share of all tokens that only filled up batches.</param>
/// <param name="Tokens">Tokens computed, padding not counted.</param>
/// <param name="TokensPerSecond">Per thread that computes, while it computes.</param>
/// <param name="Inside">Texts that wait or are being computed.</param>
/// <param name="MemoryMb">What it takes in memory.</param>
public sealed record ModelMetrics(
    string Key,
    string Version,
    string Precision,
    bool Active,
    long Requests,
    long Texts,
    long Errors,
    long Rejected,
    long Expired,
    DurationPercentiles LatencyMs,
    DurationPercentiles QueueMs,
    DurationPercentiles RunMs,
    long Batches,
    double MeanBatchSize,
    int LargestBatchSize,
    double PaddingRatio,
    long Tokens,
    double TokensPerSecond,
    int Inside,
    long MemoryMb);

/// <summary>Percentiles in milliseconds; absent when there was nothing to measure.</summary>
/// <param name="P50">Half are below.</param>
/// <param name="P95">95 of 100 are below.</param>
/// <param name="P99">99 of 100 are below.</param>
public sealed record DurationPercentiles(double? P50, double? P95, double? P99);
