using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using SocialSentiment.MlWorker.Inference.Statistics;

namespace SocialSentiment.MlWorker.Inference.Batching;

/// <summary>
/// Brings texts together into batches. There is no timer: whoever computes takes what is there as soon as it is free, so
/// that a lone text goes at once and batches grow while all are busy. A text is inside until it is done, whether or not
/// its caller still waits.
/// </summary>
internal sealed class Batcher : IAsyncDisposable
{
    /// <summary>Callers go first, but for one batch in so many a queue's turn comes.</summary>
    private const int BulkTurn = 8;

    /// <summary>How long a batch that was ended by force may take to end before it is given up.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);

    /// <summary>Threads lost to batches that never came back, before the model is called broken.</summary>
    private const int MostLost = 3;

    /// <summary>Room for so many tokens is kept in requests that are not in use.</summary>
    private const int MostPooled = 4 * 1_024 * 1_024;

    private readonly Lock _pooling = new();
    private readonly Stack<BatchRequest> _pool = [];
    private readonly object _lock = new();
    private readonly RowQueue _interactive;
    private readonly RowQueue _bulk;
    private readonly AdmissionGate _interactiveGate;
    private readonly AdmissionGate _bulkGate;
    private readonly InferenceOptions _options;
    private readonly Func<IBatchRunner> _createRunner;
    private readonly int _outputsPerRow;
    private readonly ModelStatistics _statistics;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<Slot, bool> _slots = [];
    private readonly ITimer _watch;
    private int _idle;
    private int _running;
    private int _sinceBulk;
    private int _lost;
    private int _pooled;
    private bool _closed;
    private volatile bool _aborted;

    public Batcher(Func<IBatchRunner> createRunner, int outputsPerRow, InferenceOptions options, ModelStatistics statistics, TimeProvider time)
    {
        (_createRunner, _outputsPerRow, _options, _statistics, _time) = (createRunner, outputsPerRow, options, statistics, time);
        _interactive = new RowQueue(options.LookAhead);
        _bulk = new RowQueue(options.LookAhead);
        _interactiveGate = new AdmissionGate(options.MaxWaiting);
        _bulkGate = new AdmissionGate(options.MaxBulk);
        var runners = options.Runners == 0 ? Environment.ProcessorCount : options.Runners;
        for (var i = 0; i < runners; i++)
        {
            StartSlot();
        }

        var period = TimeSpan.FromTicks(Math.Clamp(options.RunTimeout.Ticks / 4, TimeSpan.TicksPerMillisecond * 10, TimeSpan.TicksPerSecond));
        _watch = time.CreateTimer(static state => ((Batcher)state!).Watch(), this, period, period);
    }

    /// <summary>Texts that wait or are being computed.</summary>
    public int Inside => _interactiveGate.Inside + _bulkGate.Inside;

    /// <summary>Texts that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _interactive.Count + _bulk.Count;
            }
        }
    }

    /// <summary>Whether batches that never came back have cost so many threads that nothing more is tried.</summary>
    public bool IsBroken => Volatile.Read(ref _lost) >= MostLost;

    /// <summary>Whether a batch never came back: what it runs on can never be taken down safely.</summary>
    public bool HasLost => Volatile.Read(ref _lost) > 0;

    /// <summary>An empty request, to be filled and given to <see cref="RunAsync"/>, and returned afterwards in any case.</summary>
    public BatchRequest Rent()
    {
        lock (_pooling)
        {
            if (!_pool.TryPop(out var request))
            {
                return new BatchRequest(this, _outputsPerRow);
            }

            _pooled -= request.Capacity;
            return request;
        }
    }

    public void TakeBack(BatchRequest request)
    {
        lock (_pooling)
        {
            if (_pooled + request.Capacity <= MostPooled)
            {
                _pooled += request.Capacity;
                _pool.Push(request);
            }
        }
    }

    /// <summary>
    /// Takes permits for so many texts, which <see cref="RunAsync"/> gives back one by one. Interactive callers are
    /// refused with false when there are none, bulk waits.
    /// </summary>
    public ValueTask<bool> EnterAsync(int texts, Priority priority, CancellationToken cancellationToken)
        => priority == Priority.Interactive ? ValueTask.FromResult(_interactiveGate.TryEnter(texts)) : EnterBulkAsync(texts, cancellationToken);

    public void Leave(int texts, Priority priority) => Gate(priority).Exit(texts);

    /// <summary>
    /// Computes a request. What went wrong with single rows is in the request; this fails only when nobody waits any more
    /// or nothing can be computed at all.
    /// </summary>
    /// <param name="deadline">A timestamp of the clock; rows that have not begun by then are not computed.</param>
    public ValueTask RunAsync(BatchRequest request, Priority priority, long deadline)
    {
        ValueTask done;
        lock (_lock)
        {
            if (_closed || IsBroken)
            {
                Leave(request.Count, priority);
                throw _closed ? new ObjectDisposedException(nameof(Batcher)) : Broken();
            }

            done = request.Begin(priority, deadline);
            request.EnqueuedAt = _time.GetTimestamp();
            Queue(priority).Add(request);
            if (_idle > 0)
            {
                if (request.Count == 1)
                {
                    Monitor.Pulse(_lock);
                }
                else
                {
                    Monitor.PulseAll(_lock);
                }
            }
        }

        return done;
    }

    /// <summary>Nobody waits for this request any more.</summary>
    public void Cancel(BatchRequest request, CancellationToken cancellationToken)
    {
        List<Row> removed = [];
        lock (_lock)
        {
            Queue(request.Priority).Remove(request, removed);
        }

        request.Cancel(cancellationToken);
        var error = removed.Count > 0 ? new OperationCanceledException(cancellationToken) : null;
        foreach (var row in removed)
        {
            Finish(row, error);
        }
    }

    /// <summary>Ends what is inside, with an error, and takes nothing new.</summary>
    public void Abort()
    {
        _aborted = true;
        Close();
        FailWaiting(Aborted());
        foreach (var slot in _slots.Keys)
        {
            slot.Terminate(slot.RunningSince);
        }
    }

    /// <summary>Finishes what is inside and stops. What never comes back is not waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();

        // Others may take the place of those that are lost meanwhile.
        while (_slots.Keys.FirstOrDefault() is { } slot)
        {
            await slot.Ended.Task;
        }

        await _watch.DisposeAsync();
    }

    private void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.PulseAll(_lock);
        }
    }

    private static ModelException Broken() => new(ModelError.Broken, "The model has stopped answering: too many of its batches never came back.");

    private static ModelException Aborted() => new(ModelError.Broken, "The model was taken down.");

    private async ValueTask<bool> EnterBulkAsync(int texts, CancellationToken cancellationToken)
    {
        await _bulkGate.EnterAsync(texts, cancellationToken);
        return true;
    }

    private AdmissionGate Gate(Priority priority) => priority == Priority.Interactive ? _interactiveGate : _bulkGate;

    private RowQueue Queue(Priority priority) => priority == Priority.Interactive ? _interactive : _bulk;

    private void StartSlot()
    {
        var slot = new Slot(_createRunner());
        _slots[slot] = true;
        new Thread(() => Work(slot)) { IsBackground = true, Name = "inference" }.Start();
    }

    private void Work(Slot slot)
    {
        try
        {
            while (Next(slot))
            {
                Compute(slot);
                if (slot.IsLost)
                {
                    return;
                }
            }
        }
        finally
        {
            slot.Runner.Dispose();
            _slots.TryRemove(slot, out _);
            slot.Ended.TrySetResult();
        }
    }

    /// <summary>Waits for a batch; false when there will be none any more.</summary>
    private bool Next(Slot slot)
    {
        slot.Clear();
        lock (_lock)
        {
            while (_interactive.Count + _bulk.Count == 0)
            {
                if (_closed)
                {
                    return false;
                }

                _idle++;
                Monitor.Wait(_lock);
                _idle--;
            }

            var now = _time.GetTimestamp();
            var turnOfBulk = _bulk.Count > 0 && (_interactive.Count == 0 || _sinceBulk >= BulkTurn);
            _sinceBulk = turnOfBulk || _bulk.Count == 0 ? 0 : _sinceBulk + 1;
            var queue = turnOfBulk ? _bulk : _interactive;

            // Those who have nothing to do take their share instead of watching.
            var share = (queue.Count + _idle) / (_idle + 1);
            queue.Cut(slot.Rows, slot.Expired, Math.Min(_options.MaxBatchRows, share), _options.MaxBatchTokens, now);
            if (slot.Rows.Count > 0)
            {
                slot.Count();
                slot.IsAlone = Interlocked.Increment(ref _running) == 1 && _interactive.Count + _bulk.Count == 0;
            }
        }

        if (slot.Expired.Count > 0)
        {
            var error = new ModelException(ModelError.TimedOut, "The time was up before the text's turn came.");
            foreach (var row in slot.Expired)
            {
                _statistics.TimeWasUp();
                Finish(row, error);
            }
        }

        return true;
    }

    private void Compute(Slot slot)
    {
        var rows = CollectionsMarshal.AsSpan(slot.Rows);
        if (rows.Length == 0)
        {
            return;
        }

        var error = TryRun(slot, rows);

        // Before callers hear of it, who may come back at once and shall find nobody at work.
        Uncount(slot);
        if (error is null || rows.Length == 1)
        {
            foreach (ref readonly var row in rows)
            {
                FinishInOrder(slot, row, error);
            }

            return;
        }

        // One of them may have spoilt it for all.
        for (var i = 0; i < rows.Length && !slot.IsLost; i++)
        {
            var itsError = TryRun(slot, rows.Slice(i, 1));
            FinishInOrder(slot, rows[i], itsError);
        }
    }

    private void Uncount(Slot slot)
    {
        if (slot.TryUncount())
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private Exception? TryRun(Slot slot, ReadOnlySpan<Row> rows)
    {
        if (_aborted)
        {
            return Aborted();
        }

        var batch = new Batch(rows, slot.IsAlone);
        var started = _time.GetTimestamp();
        slot.Begin(started);
        Exception? error = null;
        try
        {
            slot.Runner.Run(batch);
        }
        catch (Exception e)
        {
            error = _aborted ? Aborted()
                : slot.WasTerminated ? new ModelException(ModelError.TimedOut, $"The model did not answer within {_options.RunTimeout.TotalSeconds:0.##} s.", e)
                : e;
        }

        slot.End();
        if (!slot.IsLost)
        {
            _statistics.Ran(rows, batch.Longest, started, _time.GetTimestamp());
        }

        return error;
    }

    private void FinishInOrder(Slot slot, in Row row, Exception? error)
    {
        // Whoever declared the thread lost has failed its rows already.
        if (!slot.IsLost)
        {
            slot.Finished++;
            Finish(row, error);
        }
    }

    private void Finish(in Row row, Exception? error)
    {
        Gate(row.Request.Priority).Exit(1);
        row.Request.RowDone(row.Index, error);
    }

    /// <summary>Ends what takes too long, and gives up what does not even end then.</summary>
    private void Watch()
    {
        foreach (var slot in _slots.Keys)
        {
            var since = slot.RunningSince;
            if (since == Slot.NotRunning)
            {
                continue;
            }

            var elapsed = _time.GetElapsedTime(since);
            if (elapsed > _options.RunTimeout || _aborted)
            {
                // Each time anew: a batch that was just about to begin has not heard it.
                slot.Terminate(since);
            }

            if (elapsed > _options.RunTimeout + s_grace && slot.TryLose(since, out var unfinished))
            {
                Interlocked.Increment(ref _lost);
                Uncount(slot);
                var error = new ModelException(ModelError.TimedOut, $"The model did not answer within {_options.RunTimeout.TotalSeconds:0.##} s, and did not stop when told to.");
                foreach (var row in unfinished)
                {
                    row.Request.Retire();
                    Finish(row, error);
                }

                if (IsBroken)
                {
                    FailWaiting(Broken());
                }
                else
                {
                    StartSlot();
                }

                _slots.TryRemove(slot, out _);
                slot.Ended.TrySetResult();
            }
        }
    }

    private void FailWaiting(ModelException error)
    {
        List<Row> all = [];
        lock (_lock)
        {
            foreach (var queue in (RowQueue[])[_interactive, _bulk])
            {
                while (queue.Count > 0)
                {
                    queue.Cut(all, all, int.MaxValue, int.MaxValue, long.MaxValue);
                }
            }
        }

        foreach (var row in all)
        {
            Finish(row, error);
        }
    }

    /// <summary>One thread that computes, and what it has in hand.</summary>
    private sealed class Slot(IBatchRunner runner)
    {
        public const long NotRunning = -1;

        private readonly Lock _lock = new();
        private long _runningSince = NotRunning;
        private bool _lost;
        private int _counted;

        public IBatchRunner Runner => runner;

        public List<Row> Rows { get; } = new(64);

        public List<Row> Expired { get; } = new(64);

        /// <summary>Whether nothing else was to be done when these rows were taken.</summary>
        public bool IsAlone { get; set; }

        /// <summary>How many of the rows, from the first on, are through.</summary>
        public int Finished { get; set; }

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long RunningSince => Volatile.Read(ref _runningSince);

        public bool WasTerminated { get; private set; }

        /// <summary>Whether the rows belong to somebody else by now. It does not change but while a batch is running.</summary>
        public bool IsLost => Volatile.Read(ref _lost);

        /// <summary>It is one of those at work, until <see cref="TryUncount"/>.</summary>
        public void Count() => Volatile.Write(ref _counted, 1);

        public bool TryUncount() => Interlocked.Exchange(ref _counted, 0) == 1;

        public void Clear()
        {
            Rows.Clear();
            Expired.Clear();
            Finished = 0;
        }

        public void Begin(long now)
        {
            lock (_lock)
            {
                WasTerminated = false;
                _runningSince = now;
            }
        }

        public void End()
        {
            lock (_lock)
            {
                _runningSince = NotRunning;
            }
        }

        public void Terminate(long since)
        {
            lock (_lock)
            {
                if (_runningSince == since && since != NotRunning)
                {
                    WasTerminated = true;
                    runner.Terminate();
                }
            }
        }

        public bool TryLose(long since, out Row[] unfinished)
        {
            lock (_lock)
            {
                if (_lost || _runningSince != since)
                {
                    unfinished = [];
                    return false;
                }

                _lost = true;
                unfinished = [.. Rows.Skip(Finished)];
                return true;
            }
        }
    }
}
