using System.Threading.Tasks.Sources;

namespace SocialSentiment.MlWorker.Inference.Batching;

/// <summary>
/// One caller's texts, as tokens, on their way through a model and back. Objects of this kind are used again and again:
/// two hold one, the caller until it has read the answers, and the batcher until its last row is through.
/// </summary>
internal sealed class BatchRequest(Batcher batcher, int outputsPerRow) : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _completion = new() { RunContinuationsAsynchronously = true };
    private int[] _ids = new int[256];
    private int[] _ends = new int[8];
    private float[] _outputs = new float[8 * outputsPerRow];
    private Exception?[] _errors = new Exception?[8];
    private int _remaining;
    private int _holders;
    private int _settled;
    private bool _failed;
    private bool _retired;

    /// <summary>How many texts there are.</summary>
    public int Count { get; private set; }

    public Priority Priority { get; private set; }

    /// <summary>How many tokens there is room for.</summary>
    public int Capacity => _ids.Length;

    /// <summary>When nobody waits any more, as a timestamp of the batcher's clock.</summary>
    public long Deadline { get; private set; }

    public long EnqueuedAt { get; set; }

    /// <summary>Room for the tokens of the next text; <see cref="Add"/> says how many it has.</summary>
    public Span<int> Room(int most)
    {
        var start = Count == 0 ? 0 : _ends[Count - 1];
        if (_ids.Length < start + most)
        {
            Array.Resize(ref _ids, Math.Max(2 * _ids.Length, start + most));
        }

        return _ids.AsSpan(start, most);
    }

    public void Add(int tokens)
    {
        if (Count == _ends.Length)
        {
            Array.Resize(ref _ends, 2 * Count);
            Array.Resize(ref _outputs, 2 * Count * outputsPerRow);
            Array.Resize(ref _errors, 2 * Count);
        }

        _ends[Count] = (Count == 0 ? 0 : _ends[Count - 1]) + tokens;
        Count++;
    }

    public int Length(int row) => _ends[row] - Start(row);

    public ReadOnlySpan<int> Ids(int row) => _ids.AsSpan(Start(row), Length(row));

    public Span<float> Output(int row) => _outputs.AsSpan(row * outputsPerRow, outputsPerRow);

    public Exception? Error(int row) => _failed ? _errors[row] : null;

    /// <summary>The batcher has it from now on.</summary>
    public ValueTask Begin(Priority priority, long deadline)
    {
        Priority = priority;
        Deadline = deadline;
        _remaining = Count;
        _holders = 2;
        _settled = 0;
        return new ValueTask(this, _completion.Version);
    }

    /// <summary>One row is through, well or badly.</summary>
    public void RowDone(int row, Exception? error)
    {
        if (error is not null)
        {
            _errors[row] = error;
            Volatile.Write(ref _failed, true);
        }

        if (Interlocked.Decrement(ref _remaining) == 0)
        {
            if (Interlocked.Exchange(ref _settled, 1) == 0)
            {
                _completion.SetResult(true);
            }

            Release();
        }
    }

    /// <summary>A thread that does not end may still write here: this object is never used again.</summary>
    public void Retire() => _retired = true;

    /// <summary>The caller waits no longer; rows that are being computed are finished for nobody.</summary>
    public void Cancel(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _settled, 1) == 0)
        {
            _completion.SetException(new OperationCanceledException(cancellationToken));
        }
    }

    /// <summary>The caller goes away, and what has not begun need not begin.</summary>
    public void Abandon(CancellationToken cancellationToken) => batcher.Cancel(this, cancellationToken);

    /// <summary>The caller has read the answers and forgets about this object.</summary>
    public void Return()
    {
        if (_holders == 0)
        {
            // It never began.
            Reset();
            return;
        }

        Release();
    }

    public void GetResult(short token) => _completion.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _completion.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _completion.OnCompleted(continuation, state, token, flags);

    private int Start(int row) => row == 0 ? 0 : _ends[row - 1];

    private void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            Reset();
        }
    }

    private void Reset()
    {
        if (_retired)
        {
            return;
        }

        if (_failed)
        {
            Array.Clear(_errors, 0, Count);
            _failed = false;
        }

        Count = 0;
        _completion.Reset();
        batcher.TakeBack(this);
    }
}
