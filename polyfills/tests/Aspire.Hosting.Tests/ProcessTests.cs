using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Tests;

/// <summary>Real processes, run by the real orchestrator.</summary>
public sealed class ProcessTests
{
    private static readonly HttpClient s_http = new();

    [Fact]
    public async Task A_program_runs_to_its_end_and_all_it_said_is_there()
    {
        await using var app = await RunningApp.StartAsync(builder => builder
            .AddExecutable("job", "sh", "/tmp", "-c", "echo \"hello $NAME\"; echo oops >&2; exit 3")
            .WithEnvironment("NAME", "world"));

        var ended = await app.WaitForAsync("job", KnownResourceStates.Finished);

        Assert.Equal(3, ended.Snapshot.ExitCode);
        var lines = await app.LogAsync(ended.ResourceId);
        Assert.Contains(lines, l => !l.IsErrorMessage && l.Content.EndsWith(" hello world", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.IsErrorMessage && l.Content.EndsWith(" oops", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Content.Contains("[sys] Starting process", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_program_that_is_not_there_fails_to_start()
    {
        await using var app = await RunningApp.StartAsync(builder => builder.AddExecutable("ghost", "/no/such/program", "/tmp"));

        await app.WaitForAsync("ghost", KnownResourceStates.FailedToStart);
    }

    [Fact]
    public async Task A_service_answers_through_its_endpoint_and_survives_a_restart_there()
    {
        EndpointReference? endpoint = null;
        await using var app = await RunningApp.StartAsync(builder =>
        {
            var web = AddEcho(builder, "web").WithEnvironment("COLOUR", "blue");
            endpoint = web.GetEndpoint("http");
            builder.AddExecutable("client", "sh", "/tmp", "-c", "echo url=$WEB_HTTP").WithReference(endpoint).WaitFor(web);
        });

        // The client waited until the service was healthy.
        var client = await app.WaitForAsync("client", KnownResourceStates.Finished);
        Assert.Equal(HealthStatus.Healthy, app.Now("web").HealthStatus);
        Assert.Contains(await app.LogAsync(client.ResourceId), l => l.Content.EndsWith($"url={endpoint!.Url}", StringComparison.Ordinal));

        var first = await s_http.GetStringAsync(new Uri(endpoint!.Url), app.Token);
        Assert.Equal("blue", await s_http.GetStringAsync(new Uri($"{endpoint.Url}/env/COLOUR"), app.Token));
        Assert.NotEqual($"{endpoint.Port}", await s_http.GetStringAsync(new Uri($"{endpoint.Url}/env/ECHO_PORT"), app.Token));

        var stopped = await app.App.ResourceCommands.ExecuteCommandAsync("web", KnownResourceCommands.StopCommand, app.Token);
        Assert.True(stopped.Success, stopped.Message);
        await app.WaitForAsync("web", KnownResourceStates.Finished);
        Assert.Equal(ResourceCommandState.Enabled, app.Now("web").Commands.Single(c => c.Name == KnownResourceCommands.StartCommand).State);

        var started = await app.App.ResourceCommands.ExecuteCommandAsync("web", KnownResourceCommands.StartCommand, app.Token);
        Assert.True(started.Success, started.Message);
        await app.App.ResourceNotifications.WaitForResourceHealthyAsync("web", app.Token);
        Assert.NotEqual(first, await s_http.GetStringAsync(new Uri(endpoint.Url), app.Token));
    }

    [Fact]
    public async Task Replicas_share_one_address()
    {
        EndpointReference? endpoint = null;
        await using var app = await RunningApp.StartAsync(builder =>
        {
            var project = builder.AddProject<EchoProject>("echo", o => o.ExcludeLaunchProfile = true).WithHttpEndpoint().WithReplicas(2);
            endpoint = project.GetEndpoint("http");
        });

        // Each connection goes to one of them; both have answered before long.
        var answered = new HashSet<string>();
        while (answered.Count < 2)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, endpoint!.Url) { Headers = { ConnectionClose = true } };
            try
            {
                using var response = await s_http.SendAsync(request, app.Token);
                answered.Add(await response.Content.ReadAsStringAsync(app.Token));
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100, app.Token);
            }
        }

        var byName = await app.App.ResourceCommands.ExecuteCommandAsync("echo", KnownResourceCommands.StopCommand, app.Token);
        Assert.Equal("Resource 'echo' not found.", byName.Message);
    }

    [Fact]
    public async Task What_starts_by_hand_waits_for_it_and_the_order_is_kept()
    {
        await using var app = await RunningApp.StartAsync(builder =>
        {
            var migration = builder.AddExecutable("migration", "sh", "/tmp", "-c", "exit 0");
            var failing = builder.AddExecutable("failing", "sh", "/tmp", "-c", "exit 1");
            builder.AddExecutable("after", "sleep", "/tmp", "1000").WaitForCompletion(migration);
            builder.AddExecutable("never", "sleep", "/tmp", "1000").WaitForCompletion(failing);
            builder.AddExecutable("by-hand", "sleep", "/tmp", "1000").WithExplicitStart();
        });

        await app.WaitForAsync("after", KnownResourceStates.Running);
        await app.WaitForAsync("never", KnownResourceStates.FailedToStart);
        Assert.Equal(KnownResourceStates.NotStarted, app.Now("by-hand").State?.Text);

        Assert.True((await app.App.ResourceCommands.ExecuteCommandAsync("by-hand", KnownResourceCommands.StartCommand, app.Token)).Success);
        await app.WaitForAsync("by-hand", KnownResourceStates.Running);
    }

    [Fact]
    public async Task Events_come_in_their_order()
    {
        var seen = new List<string>();
        await using var app = await RunningApp.StartAsync(builder =>
        {
            builder.OnBeforeStart((_, _) => Note("before start"));
            AddEcho(builder, "web")
                .OnResourceEndpointsAllocated((_, _, _) => Note("endpoints"))
                .OnBeforeResourceStarted((_, _, _) => Note("starting"))
                .OnResourceReady((_, _, _) => Note("ready"))
                .OnResourceStopped((_, e, _) => Note($"stopped {e.ResourceEvent.Snapshot.State?.Text}"));
        });

        await app.App.ResourceNotifications.WaitForResourceHealthyAsync("web", app.Token);
        await app.App.ResourceCommands.ExecuteCommandAsync("web", KnownResourceCommands.StopCommand, app.Token);
        while (!Snapshot().Contains("stopped Finished"))
        {
            await Task.Delay(50, app.Token);
        }

        Assert.Equal(["before start", "endpoints", "starting", "ready", "stopped Finished"], Snapshot());

        Task Note(string what)
        {
            lock (seen)
            {
                seen.Add(what);
            }

            return Task.CompletedTask;
        }

        string[] Snapshot()
        {
            lock (seen)
            {
                return [.. seen];
            }
        }
    }

    private static IResourceBuilder<ExecutableResource> AddEcho(IDistributedApplicationBuilder builder, string name) =>
        builder.AddExecutable(name, "dotnet", "/tmp", "exec", Built.Echo).WithHttpEndpoint(env: "ECHO_PORT").WithHttpHealthCheck("/health");

    private sealed class EchoProject : IProjectMetadata
    {
        public string ProjectPath => Built.EchoProject;

        public bool SuppressBuild => true;
    }
}
