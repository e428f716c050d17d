using System.Globalization;
using SocialSentiment.Testing;

namespace SocialSentiment.Faults.Running;

/// <summary>
/// One replica of the API or the worker, on a port that it keeps. While supervised it is started again when it ends, as
/// the self-healer does it.
/// </summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_restartDelay = TimeSpan.FromMilliseconds(200);

    private readonly string _project;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly SemaphoreSlim _changing = new(1);
    private readonly List<string> _earlierOutput = [];
    private readonly Queue<string> _failpoints = new();
    private ServerProcess? _process;
    private bool _wanted;
    private Task _supervision = Task.CompletedTask;

    public ServiceProcess(string name, string project, IReadOnlyDictionary<string, string> environment)
    {
        (Name, _project) = (name, project);
        Address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        _environment = new Dictionary<string, string>(environment)
        {
            ["ASPNETCORE_URLS"] = Address.ToString().TrimEnd('/'),
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_CONTENTROOT"] = Build.ProjectFolder(project),
            ["Logging__LogLevel__Default"] = "Warning",
            ["Logging__Console__FormatterName"] = "simple",
            ["Logging__Console__FormatterOptions__TimestampFormat"] = "HH:mm:ss.fff ",
            ["Logging__Console__FormatterOptions__SingleLine"] = "true",

            // Nothing is left behind even if the test run itself is killed.
            ["ExitWithParent"] = "true",
        };
    }

    public string Name { get; }

    public string Project => _project;

    public Uri Address { get; }

    public int Starts { get; private set; }

    public int ProcessId => _process!.Id;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Everything it has said, in all its lives.</summary>
    public string Output => string.Join(Environment.NewLine, [.. _earlierOutput, _process?.Output ?? ""]);

    /// <summary>
    /// Starts it, if need be in place of a running one, and supervises it from here on. The first failpoints are armed at
    /// this start, the next ones at the start after it has ended, and so on.
    /// </summary>
    public async Task StartAsync(params string[] failpoints)
    {
        await StopAsync();
        await _changing.WaitAsync();
        try
        {
            _wanted = true;
            _failpoints.Clear();
            foreach (var armed in failpoints)
            {
                _failpoints.Enqueue(armed);
            }

            Launch();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Ends it and leaves it down.</summary>
    public async Task StopAsync()
    {
        await _changing.WaitAsync();
        try
        {
            _wanted = false;
            if (_process is not null)
            {
                await _process.KillAsync();
            }
        }
        finally
        {
            _changing.Release();
        }

        await _supervision;
    }

    /// <summary>SIGTERM, and nobody starts it again; returns the exit code.</summary>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        _wanted = false;
        var process = _process!;
        Signals.Send(process.Id, Signals.Terminate);
        return await process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Sends a signal; whatever it does to the process, the supervision sees to the rest.</summary>
    public void Signal(int signal)
    {
        if (_process is { HasExited: false } process)
        {
            Signals.Send(process.Id, signal);
        }
    }

    /// <summary>Waits until it has ended by itself, as with an armed failpoint, and was started again.</summary>
    public Task WaitForRestartAsync(int startsBefore, CancellationToken cancellationToken)
        => Eventually.TrueAsync(() => Task.FromResult(Starts > startsBefore), cancellationToken);

    public Task WaitUntilHealthyAsync(CancellationToken cancellationToken)
        => Eventually.TrueAsync(IsHealthyAsync, cancellationToken);

    /// <summary>Whether it says that it and everything it needs is well.</summary>
    public async Task<bool> IsHealthyAsync()
    {
        try
        {
            using var response = await _http.GetAsync(new Uri(Address, "/health"));
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _http.Dispose();
        _changing.Dispose();
    }

    public override string ToString() => Name;

    private void Launch()
    {
        _failpoints.TryDequeue(out var failpoints);
        if (_process is not null)
        {
            _earlierOutput.Add(_process.Output);
        }

        var environment = new Dictionary<string, string>(_environment)
        {
            ["SOCIALSENTIMENT_FAILPOINTS"] = string.Join(';', new[] { _environment.GetValueOrDefault("SOCIALSENTIMENT_FAILPOINTS"), failpoints }.OfType<string>()),
        };
        _process = ServerProcess.Start("dotnet", [Build.Assembly(_project)], environment);
        Starts++;
        _supervision = SuperviseAsync(_process);
    }

    private async Task SuperviseAsync(ServerProcess process)
    {
        await process.WaitForExitAsync(CancellationToken.None);
        if (!_wanted)
        {
            return;
        }

        await Task.Delay(s_restartDelay);
        await _changing.WaitAsync();
        try
        {
            if (_wanted && _process == process)
            {
                _earlierOutput.Add(string.Create(CultureInfo.InvariantCulture, $"--- {Name} has ended; start {Starts + 1}"));
                Launch();
            }
        }
        finally
        {
            _changing.Release();
        }
    }
}
