using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Wire = Aspire.Hosting.Dashboard.Wire;

namespace Aspire.Dashboard.Tests;

public sealed class ResourceTests
{
    private static readonly DateTime s_noon = new(2026, 1, 2, 12, 0, 0, DateTimeKind.Utc);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_resource_arrives_as_it_was_published()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        await host.RunAsync("worker", s => s with
        {
            State = new("Running", "success"),
            CreationTimeStamp = s_noon,
            StartTimeStamp = s_noon.AddSeconds(1),
            StopTimeStamp = s_noon.AddSeconds(2),
            ExitCode = 3,
            IconName = "Rocket",
            IconVariant = IconVariant.Filled,
            EnvironmentVariables = [new("COLOUR", "green", IsFromSpec: true), new("HOME", null, IsFromSpec: false)],
            Urls = [new("http", "http://localhost:1234", IsInternal: false) { DisplayProperties = new("Page", 7) }, new(null, "tcp://localhost:1", IsInternal: true) { IsInactive = true }],
            Volumes = [new("data", "/data", "bind", IsReadOnly: true)],
            Relationships = [new("api", "Reference")],
        });

        var resource = await FirstAsync(client, "worker");

        Assert.Equal("worker", resource.Name);
        Assert.Equal("worker", resource.DisplayName);
        Assert.Equal("Executable", resource.ResourceType);
        Assert.Equal("Running", resource.State);
        Assert.Equal("success", resource.StateStyle);
        Assert.Equal("Rocket", resource.IconName);
        Assert.Equal(Wire.IconVariant.Filled, resource.IconVariant);
        Assert.Equal(s_noon, resource.CreatedAt.ToDateTime());
        Assert.Equal(s_noon.AddSeconds(1), resource.StartedAt.ToDateTime());
        Assert.Equal(s_noon.AddSeconds(2), resource.StoppedAt.ToDateTime());
        Assert.Equal([("COLOUR", "green", true), ("HOME", "", false)], resource.Environment.Select(v => (v.Name, v.Value, v.IsFromSpec)));
        Assert.Equal([("http", "http://localhost:1234", false, false, "Page", 7), ("", "tcp://localhost:1", true, true, "", 0)],
            resource.Urls.Select(u => (u.EndpointName, u.FullUrl, u.IsInternal, u.IsInactive, u.DisplayProperties.DisplayName, u.DisplayProperties.SortOrder)));
        Assert.Equal([("data", "/data", "bind", true)], resource.Volumes.Select(v => (v.Source, v.Target, v.MountType, v.IsReadOnly)));
        Assert.Equal([("api", "Reference")], resource.Relationships.Select(r => (r.ResourceName, r.Type)));
    }

    [Fact]
    public async Task Properties_keep_their_type_and_their_looks()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        await host.RunAsync("worker", s => s with
        {
            ExitCode = 3,
            Properties =
            [
                new("executable.path", "/bin/worker") { DisplayName = "Executable path", IsHighlighted = true, SortOrder = 2 },
                new("executable.pid", 42),
                new("executable.args", ImmutableArray.Create("-p", "secret")) { IsSensitive = true },
                new("nothing", null),
            ],
        });

        var properties = (await FirstAsync(client, "worker")).Properties.ToDictionary(p => p.Name);

        Assert.Equal(("/bin/worker", "Executable path", true, 2), (properties["executable.path"].Value.StringValue, properties["executable.path"].DisplayName, properties["executable.path"].IsHighlighted, properties["executable.path"].SortOrder));
        Assert.Equal(42, properties["executable.pid"].Value.NumberValue);
        Assert.False(properties["executable.pid"].HasDisplayName);
        Assert.Equal(["-p", "secret"], properties["executable.args"].Value.ListValue.Values.Select(v => v.StringValue));
        Assert.True(properties["executable.args"].IsSensitive);
        Assert.Equal(Value.KindOneofCase.NullValue, properties["nothing"].Value.KindCase);
        Assert.Equal("3", properties["resource.exitCode"].Value.StringValue);
        Assert.Equal("Running", properties["resource.state"].Value.StringValue);
        Assert.Equal("Healthy", properties["resource.healthState"].Value.StringValue);
    }

    [Fact]
    public async Task Health_is_told_check_by_check()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        await host.RunAsync("worker", s => s.WithHealthReports(
        [
            new("answers", HealthStatus.Unhealthy, "no answer", "System.IO.IOException") { LastRunAt = s_noon },
            new("warm", HealthStatus.Degraded, null, null),
            new("not run yet", null, null, null),
        ]));

        var resource = await FirstAsync(client, "worker");

        Assert.Equal("Unhealthy", resource.Properties.Single(p => p.Name == "resource.healthState").Value.StringValue);
        var reports = resource.HealthReports.ToDictionary(r => r.Key);
        Assert.Equal(Wire.HealthStatus.Unhealthy, reports["answers"].Status);
        Assert.Equal("no answer", reports["answers"].Description);
        Assert.Equal("System.IO.IOException", reports["answers"].Exception);
        Assert.Equal(s_noon, reports["answers"].LastRunAt.ToDateTime());
        Assert.Equal(Wire.HealthStatus.Degraded, reports["warm"].Status);
        Assert.False(reports["not run yet"].HasStatus);
    }

    [Fact]
    public async Task Commands_meant_for_the_interface_are_offered_with_their_arguments()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        await host.RunAsync("worker", s => s with
        {
            Commands =
            [
                new("paint", ResourceCommandState.Disabled, "Paint", "Paints it.", null, "Really?", "PaintBrush", IconVariant.Filled, IsHighlighted: true)
                {
                    Arguments = [new() { Name = "colour", InputType = Aspire.Hosting.InputType.Choice, Required = true, Value = "g", Options = [new("g", "Green")] }],
                },
                new("internal", ResourceCommandState.Enabled, "Internal", null, null, null, null, null, IsHighlighted: false) { Visibility = ResourceCommandVisibility.Api },
            ],
        });

        var command = Assert.Single((await FirstAsync(client, "worker")).Commands);

        Assert.Equal(("paint", "Paint", "Paints it.", "Really?", "PaintBrush", true), (command.Name, command.DisplayName, command.DisplayDescription, command.ConfirmationMessage, command.IconName, command.IsHighlighted));
        Assert.Equal((Wire.ResourceCommandState.Disabled, Wire.IconVariant.Filled), (command.State, command.IconVariant));
        var argument = Assert.Single(command.ArgumentInputs);
        Assert.Equal(("colour", "colour", Wire.InputType.Choice, true, "g"), (argument.Name, argument.Label, argument.InputType, argument.Required, argument.Value));
        Assert.Equal("Green", argument.Options["g"]);
    }

    [Fact]
    public async Task What_is_there_comes_first_and_what_changes_comes_after()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        var worker = await host.RunAsync("worker");

        // The feed hears of a resource a moment after it was published.
        await FirstAsync(client, "worker");
        await using var updates = Watch(client).GetAsyncEnumerator(Stop);

        Assert.True(await updates.MoveNextAsync());
        Assert.Equal(["worker"], updates.Current.InitialData.Resources.Select(r => r.Name));

        await host.Notifications.PublishUpdateAsync(worker, s => s with { State = KnownResourceStates.Finished });
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal([("worker", "Finished")], updates.Current.Changes.Value.Select(c => (c.Upsert.Name, c.Upsert.State)));

        await host.RunAsync("api", s => s with { IsHidden = true });
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal([("api", true)], updates.Current.Changes.Value.Select(c => (c.Upsert.Name, c.Upsert.IsHidden)));
    }

    [Fact]
    public async Task Replicas_are_several_resources_of_one_name()
    {
        await using var host = await TestAppHost.StartAsync();
        using var client = await host.ConnectAsync();
        var api = new TestResource("api");
        await host.Notifications.PublishUpdateAsync(api, "api-one", s => s with { State = "Running" });
        await host.Notifications.PublishUpdateAsync(api, "api-two", s => s with { State = "Running" });

        var seen = new Dictionary<string, string>();
        await foreach (var resource in ResourcesAsync(client))
        {
            seen[resource.Name] = resource.DisplayName;
            if (seen.Count == 2)
            {
                break;
            }
        }

        Assert.Equal(new Dictionary<string, string> { ["api-one"] = "api", ["api-two"] = "api" }, seen);
    }

    private static IAsyncEnumerable<Wire.WatchResourcesUpdate> Watch(GrpcClient client)
        => client.StreamAsync("WatchResources", new Wire.WatchResourcesRequest(), Wire.WatchResourcesUpdate.Parser, Stop);

    private static IAsyncEnumerable<Wire.Resource> ResourcesAsync(GrpcClient client)
        => Watch(client).SelectMany(u => u.InitialData?.Resources ?? u.Changes.Value.Select(c => c.Upsert));

    private static async Task<Wire.Resource> FirstAsync(GrpcClient client, string name)
        => await ResourcesAsync(client).FirstAsync(r => r.Name == name, Stop);
}
