using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Predictions;
using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Inference;

namespace SocialSentiment.MlWorker.Consumers;

/// <summary>Answers those who wait, by way of the queue. What is wrong with the request is an answer too: another worker would say the same.</summary>
internal sealed class PredictHandler(Predictor predictor) : IRpcHandler<PredictBatchRequest, PredictReply>
{
    public async Task<PredictReply> HandleAsync(PredictBatchRequest request, RpcContext context, CancellationToken cancellationToken)
    {
        try
        {
            return new PredictReply(await predictor.PredictBatchAsync(request.Model, request.Texts ?? [], context.Remaining, cancellationToken));
        }
        catch (ModelException error) when (error.Error == ModelError.Overloaded)
        {
            throw new RpcOverloadedException(error.Message, error);
        }
        catch (ModelException error)
        {
            return new PredictReply(Answer: null, new PredictRefusal(Kind(error.Error), error.Message));
        }
    }

    private static PredictRefusalKind Kind(ModelError error) => error switch
    {
        ModelError.Unknown => PredictRefusalKind.Unknown,
        ModelError.NotPresent or ModelError.Busy => PredictRefusalKind.NotHere,
        ModelError.Refused or ModelError.Unusable => PredictRefusalKind.Unusable,
        ModelError.TooLarge => PredictRefusalKind.TooLarge,
        _ => PredictRefusalKind.Failed,
    };
}
