using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SocialSentiment.EndToEnd.Running;

/// <summary>A whole stack of its own: real processes on own ports, with own data and an own dashboard.</summary>
internal sealed class Stack : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _output = new();
    private readonly string _marker = Guid.NewGuid().ToString("N");
    private Process? _process;

    public Stack(string? data = null)
    {
        Data = data ?? Path.Combine(Path.GetTempPath(), $"socialsentiment-{_marker[..8]}");
        Processes = new ProcessTable(_marker);
        var ports = FreePorts(5);
        Web = new Uri($"http://localhost:{ports[0]}");
        Api = new Uri($"http://localhost:{ports[1]}");
        Models = new Uri($"http://localhost:{ports[2]}");
        Dashboard = new Uri($"http://localhost:{ports[3]}");
        Otlp = new Uri($"http://localhost:{ports[4]}");
    }

    public static string Root { get; } = FindRoot();

    public string Data { get; }

    public ProcessTable Processes { get; }

    public Uri Web { get; }

    public Uri Api { get; }

    public Uri Models { get; }

    public Uri Dashboard { get; }

    public Uri Otlp { get; }

    public string DashboardToken { get; } = Guid.NewGuid().ToString("N");

    public int AppHostPid => Processes.PidsOf("SocialSentiment.AppHost").Single();

    public string Output => string.Join('\n', _output);

    /// <summary>Starts the built AppHost as `dotnet run --no-build` would.</summary>
    public void Start() => Launch(Path.Combine(Root, "SocialSentiment.AppHost/bin/Debug/net10.0/SocialSentiment.AppHost"));

    /// <summary>
    /// Starts the stack as a newcomer does, with ./run in a terminal of its own. What a shell runs in the background is born
    /// deaf to Ctrl+C, and so are its children; a terminal's programs are not.
    /// </summary>
    public void StartWithRun() => Launch("env", "--default-signal=INT,QUIT", "setsid", "--wait", Path.Combine(Root, "run"));

    /// <summary>Waits until every service answers healthy.</summary>
    public async Task WaitUntilHealthyAsync(TimeSpan within)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        foreach (var service in new[] { Api, Models, Web })
        {
            await Eventually.HoldsAsync(
                $"{service} is healthy",
                within,
                async () =>
                {
                    Assert.False(_process!.HasExited, $"The stack ended by itself:\n{Output}");
                    using var response = await http.GetAsync(new Uri(service, "/health"), TestContext.Current.CancellationToken);
                    return response.IsSuccessStatusCode;
                },
                () => Output);
        }
    }

    /// <summary>What Ctrl+C does in a terminal: SIGINT to the whole foreground process group.</summary>
    public void PressCtrlC()
    {
        var runner = Processes.Alive().First(process => process.CommandLine.Contains("SocialSentiment.AppHost", StringComparison.Ordinal)).Pid;
        ProcessTable.Signal(-ProcessGroupOf(runner), ProcessTable.SigInt);
    }

    public async Task<int> WaitForExitAsync(TimeSpan within)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(within);
        await _process!.WaitForExitAsync(timeout.Token);
        return _process.ExitCode;
    }

    public bool AnyPortOpen() => new[] { Web, Api, Models, Dashboard, Otlp }.Any(IsOpen);

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            foreach (var (pid, _) in Processes.Alive().Where(process => process.CommandLine.Contains("SocialSentiment.AppHost", StringComparison.Ordinal)))
            {
                ProcessTable.Signal(pid, ProcessTable.SigTerm);
            }
        }

        var clock = Stopwatch.StartNew();
        while (Processes.Alive().Count > 0 && clock.Elapsed < TimeSpan.FromSeconds(40))
        {
            await Task.Delay(200);
        }

        foreach (var (pid, _) in Processes.Alive())
        {
            ProcessTable.Signal(pid, ProcessTable.SigKill);
        }

        _process?.Dispose();
        if (Directory.Exists(Data))
        {
            Directory.Delete(Data, recursive: true);
        }
    }

    private void Launch(params string[] command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            WorkingDirectory = Path.Combine(Root, "SocialSentiment.AppHost"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in command.Skip(1).Concat(["--infrastructure", "processes", "--data", Data]))
        {
            start.ArgumentList.Add(argument);
        }

        // What this test process was started with must not leak into the stack.
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("TESTINGPLATFORM", StringComparison.Ordinal) || key.StartsWith("MSBuild", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(variable);
        }

        start.Environment[ProcessTable.MarkerVariable] = _marker;
        start.Environment["ASPNETCORE_URLS"] = Dashboard.GetLeftPart(UriPartial.Authority);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true";
        start.Environment["ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN"] = DashboardToken;
        start.Environment["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = Otlp.GetLeftPart(UriPartial.Authority);
        start.Environment["Ports__Web"] = $"{Web.Port}";
        start.Environment["Ports__Api"] = $"{Api.Port}";
        start.Environment["Ports__Models"] = $"{Models.Port}";

        _process = Process.Start(start)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        void Keep(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is not null)
            {
                _output.Enqueue(line.Data);
            }
        }
    }

    private static bool IsOpen(Uri address)
    {
        using var socket = new TcpClient();
        try
        {
            socket.Connect(IPAddress.Loopback, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
        {
            listener.Start();
        }

        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
        {
            listener.Stop();
        }

        return ports;
    }

    private static int ProcessGroupOf(int pid) =>
        // The fifth field of /proc/PID/stat; the second, the command in parentheses, may hold spaces.
        int.Parse(File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SocialSentiment.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not lie inside the repository.");
        }

        return folder;
    }
}
