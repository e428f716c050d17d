using Microsoft.Extensions.Options;
using SocialSentiment.Api.Failsafe;
using SocialSentiment.Api.Models;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Contracts.Predictions;
using SocialSentiment.Messaging;

namespace SocialSentiment.Api.Predictions;

/// <summary>The model should have answered and did not.</summary>
internal sealed class ModelFailedException(string message) : Exception(message);

/// <summary>The workers are well, and do not do what was asked of them.</summary>
internal sealed class ModelRefusedException(PredictRefusal refusal) : Exception(refusal.Reason)
{
    public PredictRefusalKind Kind => refusal.Kind;
}

/// <summary>Asks the workers for labels, over the broker and through the circuit breaker.</summary>
internal sealed class WorkerClient(
    RpcClient rpc,
    Listeners listeners,
    Breaker breaker,
    WorkerRoster roster,
    IOptions<FailsafeOptions> options,
    IOptions<PredictionsOptions> predictions,
    TimeProvider time)
{
    /// <summary>Who has waited for so long makes sure that there is somebody to wait for.</summary>
    private static readonly TimeSpan s_enoughToWonder = TimeSpan.FromMilliseconds(250);

    public Task<ModelPredictionBatch> AskAsync(string? model, IReadOnlyList<string> texts, TimeSpan patience, CancellationToken cancellationToken)
        => breaker.RunAsync(
            token => AskWithoutBreakerAsync(model, texts, patience, token),
            error => Counts(error, model, texts.Count, patience),
            cancellationToken);

    public async Task<ModelPredictionBatch> AskWithoutBreakerAsync(string? model, IReadOnlyList<string> texts, TimeSpan patience, CancellationToken cancellationToken)
        => await CallAsync(new PredictBatchRequest(texts, model), patience, cancellationToken) switch
        {
            { Refusal: { Kind: not PredictRefusalKind.Failed } refusal } => throw new ModelRefusedException(refusal),
            { Refusal: { } failure } => throw new ModelFailedException(failure.Reason),
            { Answer: { } answer } when answer.Results.Count == texts.Count && answer.Results.All(IsWhole) => answer,
            _ => throw new ModelFailedException("The model's answer does not fit the question."),
        };

    private async Task<PredictReply> CallAsync(PredictBatchRequest request, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var call = rpc.CallAsync<PredictBatchRequest, PredictReply>(Queues.Predict, request, patience, end.Token);
        try
        {
            return await call.WaitAsync(s_enoughToWonder, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // The look may take its time too.
            var look = listeners.AnyAsync();
            if (await Task.WhenAny(call, look) != call && !await look)
            {
                await end.CancelAsync();
                throw new RpcUnavailableException("No worker listens.");
            }

            return await call;
        }
    }

    /// <summary>
    /// Neither too much work nor a model that cannot do something says anything against the workers; nor does a caller who
    /// leaves them hardly any time, or asks for a model that has to be loaded first.
    /// </summary>
    private bool Counts(Exception error, string? model, int texts, TimeSpan patience) => error switch
    {
        RpcUnavailableException => true,
        RpcTimeoutException => IsActive(model) && patience >= EnoughFor(texts),
        RpcFailedException or ModelFailedException => IsActive(model),
        _ => false,
    };

    private bool IsActive(string? model) => model is null || roster.Active?.Key == model;

    private TimeSpan EnoughFor(int texts)
    {
        var each = options.Value.CountTimeoutsFrom * texts;
        var most = predictions.Value.BatchTimeout * 0.75;
        return each < most ? each : most;
    }

    private static bool IsWhole(ModelPredictionItem item)
        => item.Error is not null
            || item is { Sentiment: not null, Confidence: >= 0 and <= 1.0001, Probabilities: LabelProbabilities { Negative: >= 0, Neutral: >= 0, Positive: >= 0 } };
}
