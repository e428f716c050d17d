using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Tests;

/// <summary>An application run by the real DCP, whose processes are gone when it is disposed.</summary>
internal sealed class RunningApp : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _timeout;

    private RunningApp(DistributedApplication app, CancellationTokenSource timeout)
    {
        App = app;
        _timeout = timeout;
    }

    public DistributedApplication App { get; }

    /// <summary>Ends the test rather than let it wait for ever.</summary>
    public CancellationToken Token => _timeout.Token;

    public static async Task<RunningApp> StartAsync(Action<IDistributedApplicationBuilder> describe)
    {
        var builder = Model.Create("--DcpPublisher:WaitForResourceCleanup=true");
        describe(builder);

        var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(s_patience);
        var running = new RunningApp(builder.Build(), timeout);
        try
        {
            await running.App.StartAsync(timeout.Token);
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    public Task<ResourceEvent> WaitForAsync(string name, string state) =>
        App.ResourceNotifications.WaitForResourceAsync(name, e => e.Snapshot.State?.Text == state, Token);

    public CustomResourceSnapshot Now(string name) =>
        App.ResourceNotifications.TryGetCurrentState(name, out var current) ? current.Snapshot : throw new InvalidOperationException($"Nothing is known of '{name}'.");

    public async Task<List<LogLine>> LogAsync(string id)
    {
        var lines = new List<LogLine>();
        await foreach (var batch in ((ResourceLoggerService)App.Services.GetService(typeof(ResourceLoggerService))!).GetAllAsync(id).WithCancellation(Token))
        {
            lines.AddRange(batch);
        }

        return lines;
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        await App.StopAsync(patience.Token);
        await App.DisposeAsync();
        _timeout.Dispose();
    }
}
