using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.MlWorker.Inference;

/// <summary>Where and how networks are computed.</summary>
internal sealed class InferenceOptions
{
    private const int MostThreadsWhenAlone = 4;

    public Device Device { get; set; } = Device.Auto;

    /// <summary>Batches computed at once by each model; 0 means one per core.</summary>
    [Range(0, 256)]
    public int Runners { get; set; }

    /// <summary>Threads that compute one batch together.</summary>
    [Range(1, 256)]
    public int ThreadsPerRunner { get; set; } = 1;

    /// <summary>Threads that compute a batch together when it is the only one; 0 means one per core, up to 4. It takes a second copy of the network.</summary>
    [Range(0, 256)]
    public int ThreadsWhenAlone { get; set; }

    /// <summary>Smaller networks have none: one thread is done before several have met.</summary>
    [Range(0, 1_048_576)]
    public int SecondCopyFromMb { get; set; } = 16;

    /// <summary>Larger networks have none.</summary>
    [Range(0, 1_048_576)]
    public int SecondCopyUpToMb { get; set; } = 256;

    /// <summary>
    /// Texts in a batch, unless the catalog says otherwise of a model. On a CPU more of them only push each other out of the
    /// caches; a GPU likes 64.
    /// </summary>
    [Range(1, 1_024)]
    public int MaxBatchRows { get; set; } = 8;

    /// <summary>Tokens in a batch, padding included; a longer text goes alone.</summary>
    [Range(8, 1_048_576)]
    public int MaxBatchTokens { get; set; } = 1_024;

    /// <summary>How many waiting texts are looked at for ones of similar length.</summary>
    [Range(1, 10_000)]
    public int LookAhead { get; set; } = 256;

    /// <summary>Texts of callers that may be inside at once; who comes then is refused.</summary>
    [Range(1_000, 1_000_000)]
    public int MaxWaiting { get; set; } = 1_024;

    /// <summary>Texts of queues that may be inside at once; who comes then waits.</summary>
    [Range(1_000, 1_000_000)]
    public int MaxBulk { get; set; } = 1_024;

    /// <summary>How long one batch may take before it is ended by force.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "01:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan RunTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long callers of the model service wait for an answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "01:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Threads for a batch of a network of this size that is the only one; 0: it gets no more than others.</summary>
    public int ThreadsForOneAlone(long networkBytes)
    {
        var threads = ThreadsWhenAlone > 0 ? ThreadsWhenAlone : Math.Min(MostThreadsWhenAlone, Environment.ProcessorCount);
        var megabytes = networkBytes / 1024.0 / 1024;
        return threads > ThreadsPerRunner && megabytes >= SecondCopyFromMb && megabytes <= SecondCopyUpToMb ? threads : 0;
    }

    /// <summary>The same with limits for batches of one model.</summary>
    public InferenceOptions WithBatches(int rows, int tokens) => new()
    {
        Device = Device,
        Runners = Runners,
        ThreadsPerRunner = ThreadsPerRunner,
        ThreadsWhenAlone = ThreadsWhenAlone,
        SecondCopyFromMb = SecondCopyFromMb,
        SecondCopyUpToMb = SecondCopyUpToMb,
        MaxBatchRows = rows,
        MaxBatchTokens = tokens,
        LookAhead = LookAhead,
        MaxWaiting = MaxWaiting,
        MaxBulk = MaxBulk,
        RunTimeout = RunTimeout,
        AnswerTimeout = AnswerTimeout,
    };
}

internal enum Device
{
    /// <summary>CUDA where it is there, else the CPU.</summary>
    Auto,
    Cpu,
    Cuda,
}
