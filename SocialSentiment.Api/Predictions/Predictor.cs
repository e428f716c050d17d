using SocialSentiment.Api.Failsafe;
using SocialSentiment.Api.Models;
using SocialSentiment.Contracts.Failsafe;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Contracts.Predictions;
using SocialSentiment.Messaging;

namespace SocialSentiment.Api.Predictions;

/// <summary>The label of one text, and how it came about.</summary>
/// <param name="Scores">The label.</param>
/// <param name="Fallback">Why the lexicon answered in the model's place; null if it did not.</param>
/// <param name="Cached">Whether it was known from before.</param>
internal readonly record struct Answer(Scores Scores, FallbackReason? Fallback = null, bool Cached = false);

/// <summary>
/// Answers everybody in time: from what a model has said before, else by asking it, else with the lexicon, which is part
/// of this process. It fails only for requests that no worker could answer either.
/// </summary>
internal sealed class Predictor(WorkerClient workers, WorkerRoster roster, PredictionCache cache, Breaker breaker, PredictionMetrics metrics, TimeProvider time)
{
    /// <summary>What the lexicon takes of the caller's patience when all else has failed: a little to come to its turn on a busy machine, and its work.</summary>
    private static readonly TimeSpan s_reserve = TimeSpan.FromMilliseconds(100);
    private const int LexiconCharactersPerMillisecond = 2_000;

    /// <param name="model">None: the active one.</param>
    /// <param name="texts">Valid ones.</param>
    /// <param name="patience">How long the caller waits.</param>
    /// <param name="useCache">Whether earlier answers will do.</param>
    /// <param name="cancellationToken">The caller has left.</param>
    /// <exception cref="ModelRefusedException">There is no such model, or it cannot be used.</exception>
    public async Task<Answer[]> PredictAsync(string? model, IReadOnlyList<string> texts, TimeSpan patience, bool useCache, CancellationToken cancellationToken)
    {
        if (model is not null && roster.Known.Count > 0 && !roster.Knows(model))
        {
            throw new ModelRefusedException(new PredictRefusal(PredictRefusalKind.Unknown, $"There is no model '{model}'. Known are: {string.Join(", ", roster.Known)}."));
        }

        var started = time.GetTimestamp();
        var answers = new Answer[texts.Count];
        var missing = useCache ? LookUp(model, texts, answers) : [.. Enumerable.Range(0, texts.Count)];
        if (missing.Count > 0)
        {
            await AskAsync(model, texts, answers, missing, patience - Reserve(texts, missing, patience), cancellationToken);
        }

        metrics.Answered(answers, time.GetElapsedTime(started));
        return answers;
    }

    private List<int> LookUp(string? model, IReadOnlyList<string> texts, Answer[] answers)
    {
        var missing = new List<int>();
        for (var i = 0; i < answers.Length; i++)
        {
            if (cache.Find(model, texts[i]) is { } known)
            {
                answers[i] = new Answer(known, Cached: true);
            }
            else
            {
                missing.Add(i);
            }
        }

        metrics.LookedUp(answers.Length - missing.Count, missing.Count);
        return missing;
    }

    private async Task AskAsync(string? model, IReadOnlyList<string> texts, Answer[] answers, List<int> missing, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await workers.AskAsync(model, [.. missing.Select(i => texts[i])], patience, cancellationToken);
            for (var i = 0; i < missing.Count; i++)
            {
                var text = texts[missing[i]];
                if (ToScores(answer, answer.Results[i]) is { } scores)
                {
                    cache.Remember(text, scores);
                    answers[missing[i]] = new Answer(scores);
                }
                else
                {
                    answers[missing[i]] = FallBack(text, FallbackReason.ModelFailed);
                }
            }
        }
        catch (Exception error) when (Reason(error) is { } reason)
        {
            foreach (var i in missing)
            {
                answers[i] = FallBack(texts[i], reason);
            }
        }
    }

    private Answer FallBack(string text, FallbackReason reason)
    {
        breaker.FellBack();
        return new Answer(Lexicon.Judge(text), reason);
    }

    /// <summary>Null: not for the lexicon to mend.</summary>
    private static FallbackReason? Reason(Exception error) => error switch
    {
        BreakerOpenException { State: FailsafeState.Isolated } => FallbackReason.Isolated,
        BreakerOpenException => FallbackReason.BreakerOpen,
        RpcTimeoutException => FallbackReason.Timeout,
        RpcUnavailableException => FallbackReason.Unreachable,
        RpcOverloadedException => FallbackReason.Overloaded,
        RpcFailedException or ModelFailedException => FallbackReason.ModelFailed,
        _ => null,
    };

    private static Scores? ToScores(ModelPredictionBatch answer, ModelPredictionItem item)
        => item is { Sentiment: { } label, Confidence: { } confidence, Probabilities: { } probabilities }
            ? new Scores(label, confidence, probabilities.Positive - probabilities.Negative, probabilities, answer.ModelUsed, answer.ModelVersion)
            : null;

    private static TimeSpan Reserve(IReadOnlyList<string> texts, List<int> missing, TimeSpan patience)
    {
        var reserve = s_reserve + TimeSpan.FromMilliseconds(missing.Sum(i => texts[i].Length) / LexiconCharactersPerMillisecond);
        var most = patience / 3;
        return reserve < most ? reserve : most;
    }
}
