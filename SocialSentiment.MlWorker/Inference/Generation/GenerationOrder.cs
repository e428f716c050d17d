using Microsoft.ML.OnnxRuntime;

namespace SocialSentiment.MlWorker.Inference.Generation;

/// <summary>Something that somebody waits for, and how it is called off.</summary>
/// <param name="work">What is to be done, on the generator's thread.</param>
internal sealed class GenerationOrder(Func<GenerationOrder, IReadOnlyList<GeneratedText>> work)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<IReadOnlyList<GeneratedText>> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RunOptions? _run;
    private volatile bool _isOver;

    public Task<IReadOnlyList<GeneratedText>> Result => _result.Task;

    /// <summary>Whether nothing more is to be computed: it was called off, or time is up.</summary>
    public bool IsOver => _isOver;

    /// <summary>While it is being done: what ends a step by force.</summary>
    public RunOptions Run => _run!;

    /// <summary>Does it; the thread that does has nothing else to do.</summary>
    public void Do()
    {
        try
        {
            using var run = new RunOptions();
            lock (_lock)
            {
                if (_isOver)
                {
                    return;
                }

                _run = run;
            }

            try
            {
                _result.TrySetResult(work(this));
            }
            finally
            {
                lock (_lock)
                {
                    _run = null;
                }
            }
        }
        catch (Exception error)
        {
            _result.TrySetException(error);
        }
    }

    /// <summary>Ends the step under way; who waits is told by somebody else.</summary>
    /// <returns>Whether one is under way.</returns>
    public bool Stop()
    {
        lock (_lock)
        {
            _isOver = true;
            if (_run is null)
            {
                return false;
            }

            _run.Terminate = true;
            return true;
        }
    }

    public void Complete(IReadOnlyList<GeneratedText> texts) => _result.TrySetResult(texts);

    public void Cancel(CancellationToken cancellationToken) => _result.TrySetCanceled(cancellationToken);

    public void Fail(Exception error) => _result.TrySetException(error);
}
