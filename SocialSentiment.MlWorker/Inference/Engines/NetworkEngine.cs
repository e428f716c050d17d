using System.Runtime.CompilerServices;
using SocialSentiment.MlWorker.Inference.Batching;
using SocialSentiment.MlWorker.Inference.Onnx;
using SocialSentiment.MlWorker.Inference.Statistics;

namespace SocialSentiment.MlWorker.Inference.Engines;

/// <summary>What all models have in common that run here as networks: texts become tokens, tokens batches, outputs labels.</summary>
internal abstract class NetworkEngine(OnnxNetwork network, string precision, ModelStatistics statistics) : ISentimentEngine
{
    private Batcher? _batcher;

    public string Precision => precision;

    public abstract bool CanSayNeutral { get; }

    public int Inside => Batcher.Inside;

    public bool IsBroken => Batcher.IsBroken;

    /// <summary>Set once, by whoever inherits, when it knows what its network needs.</summary>
    protected Batcher Batcher
    {
        get => _batcher!;
        init => _batcher = value;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AnalyzerIdentity?> AnalyzeAsync(ReadOnlyMemory<string> texts, Memory<TextScores> results, Call call, CancellationToken cancellationToken)
    {
        if (texts.IsEmpty)
        {
            return null;
        }

        if (!await Batcher.EnterAsync(texts.Length, call.Priority, cancellationToken))
        {
            statistics.Refused(texts.Length);
            throw new ModelException(ModelError.Overloaded, $"The model has {Batcher.Inside} texts to do and takes no more for now.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }

        var request = Batcher.Rent();
        try
        {
            Tokenize(texts.Span, request, call.Priority);
            var done = Batcher.RunAsync(request, call.Priority, call.Deadline);
            using (cancellationToken.UnsafeRegister(static (state, token) => ((BatchRequest)state!).Abandon(token), request))
            {
                await done;
            }

            Read(request, results.Span);
            return null;
        }
        finally
        {
            request.Return();
        }
    }

    public void Abort() => Batcher.Abort();

    public virtual async ValueTask DisposeAsync()
    {
        await Batcher.DisposeAsync();

        // A thread that never came back still uses the network; taking it away would take the process with it.
        if (!Batcher.HasLost)
        {
            network.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    protected abstract void Tokenize(string text, BatchRequest request);

    /// <summary>Negative, neutral, positive; false when the outputs are no numbers.</summary>
    protected abstract bool TryRead(ReadOnlySpan<float> outputs, Span<double> scores);

    private void Tokenize(ReadOnlySpan<string> texts, BatchRequest request, Priority priority)
    {
        try
        {
            foreach (var text in texts)
            {
                Tokenize(text, request);
            }
        }
        catch
        {
            Batcher.Leave(texts.Length, priority);
            throw;
        }
    }

    private void Read(BatchRequest request, Span<TextScores> results)
    {
        Span<double> scores = stackalloc double[3];
        for (var i = 0; i < request.Count; i++)
        {
            results[i] = request.Error(i) is { } error ? new TextScores(0, 0, 0, error)
                : TryRead(request.Output(i), scores) ? new TextScores(scores[0], scores[1], scores[2])
                : new TextScores(0, 0, 0, new ModelException(ModelError.Failed, $"{network.Name} gave something that is not a number for this text."));
        }
    }
}
