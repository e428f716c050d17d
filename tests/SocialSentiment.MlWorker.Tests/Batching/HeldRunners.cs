using System.Threading.Channels;
using SocialSentiment.MlWorker.Inference.Batching;

namespace SocialSentiment.MlWorker.Tests.Batching;

/// <summary>Runners that answer when a test lets them. The output of a text is its first token.</summary>
internal sealed class HeldRunners
{
    private readonly Channel<HeldBatch> _begun = Channel.CreateUnbounded<HeldBatch>();
    private volatile bool _free;
    private int _disposed;

    /// <summary>Whether batches go on when they are told to end.</summary>
    public bool Stubborn { get; set; }

    /// <summary>Is called when another runner is wanted.</summary>
    public Action Creating { get; set; } = () => { };

    public int Disposed => Volatile.Read(ref _disposed);

    public IBatchRunner Create()
    {
        Creating();
        return new Runner(this);
    }

    /// <summary>The next batch that begins.</summary>
    public Task<HeldBatch> NextAsync(CancellationToken cancellationToken)
        => _begun.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);

    /// <summary>Whether a batch has begun that no test has seen yet.</summary>
    public bool HasNext => _begun.Reader.Count > 0;

    /// <summary>Nothing is held any more.</summary>
    public void ReleaseAll()
    {
        _free = true;
        while (_begun.Reader.TryRead(out var batch))
        {
            batch.Release();
        }
    }

    private sealed class Runner(HeldRunners owner) : IBatchRunner
    {
        private volatile HeldBatch? _running;

        public void Run(Batch batch)
        {
            var texts = new int[batch.Rows][];
            for (var row = 0; row < texts.Length; row++)
            {
                texts[row] = batch.Ids(row).ToArray();
            }

            var held = new HeldBatch(texts, owner.Stubborn);
            _running = held;
            owner._begun.Writer.TryWrite(held);
            if (owner._free)
            {
                held.Release();
            }

            held.Wait();
            for (var row = 0; row < texts.Length; row++)
            {
                batch.Output(row)[0] = texts[row][0];
            }

            held.HasWritten.SetResult();
        }

        public void Terminate() => _running?.Terminate();

        public void Dispose() => Interlocked.Increment(ref owner._disposed);
    }
}

/// <summary>A batch that is being computed.</summary>
internal sealed class HeldBatch(int[][] texts, bool stubborn)
{
    private readonly TaskCompletionSource _end = new();

    public int[][] Texts => texts;

    /// <summary>The first tokens of its texts.</summary>
    public IEnumerable<int> Ids => texts.Select(text => text[0]);

    /// <summary>Done when its outputs are where the batcher wanted them.</summary>
    public TaskCompletionSource HasWritten { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Terminations { get; private set; }

    public void Release() => _end.TrySetResult();

    public void Fail(Exception error) => _end.TrySetException(error);

    public void Terminate()
    {
        Terminations++;
        if (!stubborn)
        {
            Fail(new InvalidOperationException("Told to end."));
        }
    }

    public void Wait() => _end.Task.GetAwaiter().GetResult();
}
