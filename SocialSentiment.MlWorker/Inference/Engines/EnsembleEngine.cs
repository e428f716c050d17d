using System.Security.Cryptography;
using System.Text;
using SocialSentiment.MlWorker.Models.Catalog;

namespace SocialSentiment.MlWorker.Inference.Engines;

/// <summary>One answer of a member of an ensemble.</summary>
internal delegate ValueTask<AnalyzerIdentity> AskMember(string key, ReadOnlyMemory<string> texts, Memory<TextScores> results, Call call, CancellationToken cancellationToken);

/// <summary>Has several models vote, each with its weight. Who is missing or fails does not vote; somebody has to.</summary>
internal sealed class EnsembleEngine(ModelEntry entry, AskMember ask) : ISentimentEngine
{
    private int _inside;

    public string Precision => "mixed";

    public bool CanSayNeutral => true;

    public int Inside => Volatile.Read(ref _inside);

    public async ValueTask<AnalyzerIdentity?> AnalyzeAsync(ReadOnlyMemory<string> texts, Memory<TextScores> results, Call call, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _inside, texts.Length);
        try
        {
            var votes = await Task.WhenAll(entry.Members.Select(member => VoteAsync(member, texts, call, cancellationToken)));
            cancellationToken.ThrowIfCancellationRequested();
            if (votes.All(vote => vote.Voter is null))
            {
                throw new ModelException(
                    ModelError.Unavailable,
                    $"No member of {entry.Key} answers: {string.Join(" ", votes.Select(vote => vote.Error!.Message))}", votes[0].Error);
            }

            for (var i = 0; i < texts.Length; i++)
            {
                results.Span[i] = Combine(votes, i);
            }

            var voters = string.Join('+', votes.Where(vote => vote.Voter is not null).Select(vote => $"{vote.Voter!.Model}@{vote.Voter.Version}/{vote.Voter.Precision}"));
            return new AnalyzerIdentity(entry.Key, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(voters)))[..12], Precision);
        }
        finally
        {
            Interlocked.Add(ref _inside, -texts.Length);
        }
    }

    public ValueTask DisposeAsync() => default;

    private static TextScores Combine(Vote[] votes, int text)
    {
        var (negative, neutral, positive, weight) = (0.0, 0.0, 0.0, 0.0);
        Exception? error = null;
        foreach (var vote in votes.Where(vote => vote.Voter is not null))
        {
            var scores = vote.Scores[text];
            if (scores.Error is not null)
            {
                error = scores.Error;
                continue;
            }

            negative += vote.Weight * scores.Negative;
            neutral += vote.Weight * scores.Neutral;
            positive += vote.Weight * scores.Positive;
            weight += vote.Weight;
        }

        return weight > 0 ? new TextScores(negative / weight, neutral / weight, positive / weight) : new TextScores(0, 0, 0, error);
    }

    private async Task<Vote> VoteAsync(EnsembleMember member, ReadOnlyMemory<string> texts, Call call, CancellationToken cancellationToken)
    {
        var scores = new TextScores[texts.Length];
        try
        {
            return new Vote(member.Weight, await ask(member.Key, texts, scores, call, cancellationToken), scores, null);
        }
        catch (Exception error) when (error is ModelException or OperationCanceledException)
        {
            return new Vote(member.Weight, null, scores, error);
        }
    }

    private sealed record Vote(double Weight, AnalyzerIdentity? Voter, TextScores[] Scores, Exception? Error);
}
