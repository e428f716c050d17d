namespace SocialSentiment.Testing;

/// <summary>What is wrong with one file of the stand-in; nothing is, unless it is told so.</summary>
public sealed class HubFileFaults
{
    /// <summary>The SHA-256 that the listing states instead of the true one.</summary>
    public string? StatedSha256 { get; set; }

    /// <summary>The size that the listing states instead of the true one.</summary>
    public long? StatedSize { get; set; }

    /// <summary>What is sent instead of the content.</summary>
    public byte[]? SentInstead { get; set; }

    /// <summary>Where the connection is cut, counted in the bytes of each answer.</summary>
    public int CutAfter { get; set; }

    /// <summary>How many answers are cut.</summary>
    public int Cuts { get; set; }

    /// <summary>Ranges are ignored: every answer is the whole file.</summary>
    public bool IgnoresRanges { get; set; }

    /// <summary>Every answer has an ETag of its own.</summary>
    public bool ChangesEtags { get; set; }

    /// <summary>Where the hub sends for this file, instead of to its own CDN.</summary>
    public Uri? RedirectTo { get; set; }

    /// <summary>Holds an answer back after so many of its bytes.</summary>
    public HubGate? Gate { get; set; }
}

/// <summary>A place in a stream at which the stand-in waits until it is told to go on, and forever if it is not.</summary>
public sealed class HubGate(int after)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int After { get; } = after;

    /// <summary>The stand-in has sent what comes before the gate.</summary>
    public Task Reached => _reached.Task;

    public void Open() => _opened.TrySetResult();

    internal Task PassAsync(CancellationToken cancellationToken)
    {
        _reached.TrySetResult();
        return _opened.Task.WaitAsync(cancellationToken);
    }
}
