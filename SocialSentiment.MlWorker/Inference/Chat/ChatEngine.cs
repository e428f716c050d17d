using SocialSentiment.MlWorker.Inference.Engines;

namespace SocialSentiment.MlWorker.Inference.Chat;

/// <summary>A remote model as one of ours: texts are asked about one by one, several at once.</summary>
internal sealed class ChatEngine(RemoteChat chat) : ISentimentEngine
{
    private int _inside;

    public string Precision => "remote";

    public bool CanSayNeutral => true;

    public int Inside => Volatile.Read(ref _inside);

    public async ValueTask<AnalyzerIdentity?> AnalyzeAsync(ReadOnlyMemory<string> texts, Memory<TextScores> results, Call call, CancellationToken cancellationToken)
    {
        if (texts.IsEmpty)
        {
            return null;
        }

        Interlocked.Add(ref _inside, texts.Length);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, texts.Length).Select(i => AskAsync(i)));
        }
        finally
        {
            Interlocked.Add(ref _inside, -texts.Length);
        }

        // When nobody is there it is not the texts' fault.
        return results.Span[0].Error is ModelException { Error: ModelError.Unavailable } away && AllFailed(results.Span[..texts.Length])
            ? throw away
            : null;

        async Task AskAsync(int i)
        {
            try
            {
                var scores = await chat.AskAsync(texts.Span[i], cancellationToken);
                results.Span[i] = scores;
            }
            catch (ModelException error)
            {
                results.Span[i] = new TextScores(0, 0, 0, error);
            }
        }
    }

    public ValueTask DisposeAsync() => default;

    private static bool AllFailed(ReadOnlySpan<TextScores> results)
    {
        foreach (ref readonly var result in results)
        {
            if (result.Error is not ModelException { Error: ModelError.Unavailable })
            {
                return false;
            }
        }

        return true;
    }
}
