using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dcp;

/// <summary>One process of a resource, over all its starts and stops.</summary>
internal sealed class ProcessInstance(IResource resource, DcpInstance instance)
{
    private readonly TaskCompletionSource _prepared = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IResource Resource => resource;

    public string Id => instance.Name;

    public DcpInstance Instance => instance;

    /// <summary>Starts and stops of one instance come one after the other.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>The first start is over, or has been put off until someone asks for it.</summary>
    public Task Prepared => _prepared.Task;

    /// <summary>What it was started with last.</summary>
    public LaunchSpec? Launch { get; set; }

    /// <summary>DCP's id of the process before this one. What DCP still has to say of it comes too late to count.</summary>
    public string? RetiredUid { get; set; }

    public void MarkPrepared() => _prepared.TrySetResult();
}
