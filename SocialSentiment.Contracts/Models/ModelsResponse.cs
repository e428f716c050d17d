namespace SocialSentiment.Contracts.Models;

/// <summary>All models that the workers know, put together, and what serves.</summary>
/// <param name="Active">The key of the model that labels posts; absent while no worker is running.</param>
/// <param name="ActiveVersion">Its version.</param>
/// <param name="Note">What is not as it should be.</param>
/// <param name="Workers">The workers that are running.</param>
/// <param name="Models">Every model that one of them knows; without any worker, those that were known last.</param>
public sealed record ModelsResponse(
    string? Active,
    string? ActiveVersion,
    string? Note,
    IReadOnlyList<WorkerResponse> Workers,
    IReadOnlyList<ModelResponse> Models);

/// <summary>A worker that is running.</summary>
/// <param name="Replica">Its name.</param>
/// <param name="Device">Where it computes: <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Active">The key of the model that it labels posts with.</param>
/// <param name="ActiveVersion">Its version.</param>
/// <param name="Note">What is not as it was asked for, and what to do about it.</param>
/// <param name="MemoryMb">What its loaded models take.</param>
/// <param name="MemoryBudgetMb">What they may take.</param>
/// <param name="HeardSecondsAgo">How long ago it last said something.</param>
public sealed record WorkerResponse(
    string Replica,
    string Device,
    string Active,
    string ActiveVersion,
    string? Note,
    long MemoryMb,
    long MemoryBudgetMb,
    double HeardSecondsAgo);
