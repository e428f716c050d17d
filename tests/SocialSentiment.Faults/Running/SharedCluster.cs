namespace SocialSentiment.Faults.Running;

/// <summary>The cluster that most cases share; started by the first that asks. Each case leaves it as it found it, or <see cref="GetAsync"/> mends it.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    private Cluster? _cluster;

    internal async Task<Cluster> GetAsync()
    {
        if (_cluster is null)
        {
            _cluster = await Cluster.StartAsync(TestContext.Current.CancellationToken);
        }
        else
        {
            await _cluster.WaitUntilHealthyAsync(TestContext.Current.CancellationToken);
        }

        return _cluster;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
