using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Tests;

public sealed class ProjectTests
{
    [Fact]
    public async Task A_project_of_the_solution_is_run_as_it_was_built()
    {
        var builder = Model.Create();
        var project = builder.AddProject<BuiltEcho>("echo", o => o.ExcludeLaunchProfile = true).WithArgs("--verbose");

        var launch = await Model.LaunchAsync(builder, project.Resource);

        Assert.Equal("dotnet", launch.Path);
        Assert.Equal(["run", "--project", Built.EchoProject, "--no-build", "--configuration", "Debug", "--no-launch-profile", "--verbose"], launch.AllArguments);
    }

    [Fact]
    public async Task A_project_by_path_is_built_when_it_starts()
    {
        var builder = Model.Create();
        var project = builder.AddProject("echo", Built.EchoProject, o => o.ExcludeLaunchProfile = true);

        Assert.DoesNotContain("--no-build", (await Model.LaunchAsync(builder, project.Resource)).AllArguments);
    }

    [Fact]
    public async Task A_launch_profile_gives_variables_and_the_port_others_see()
    {
        var builder = Model.Create();
        var project = builder.AddProject<EchoWithProfiles>("echo");

        var environment = await project.EnvironmentAsync();

        Assert.Equal(5123, project.GetEndpoint("http").EndpointAnnotation.Port);
        Assert.Equal("first", environment["DOTNET_LAUNCH_PROFILE"]);
        Assert.Equal("blue", environment["COLOUR"]);
        Assert.Equal("""http://localhost:{{- portForServing "echo-http" -}}""", environment["ASPNETCORE_URLS"]);
    }

    [Fact]
    public async Task Another_profile_can_be_named()
    {
        var project = Model.Create().AddProject<EchoWithProfiles>("echo", "second");

        Assert.Equal("second", (await project.EnvironmentAsync())["DOTNET_LAUNCH_PROFILE"]);
        Assert.Equal(5124, project.GetEndpoint("http").EndpointAnnotation.Port);
    }

    [Fact]
    public async Task Without_a_profile_nothing_of_it_is_left()
    {
        var project = Model.Create().AddProject<EchoWithProfiles>("echo", o => o.ExcludeLaunchProfile = true).WithHttpEndpoint();

        var environment = await project.EnvironmentAsync();

        Assert.DoesNotContain("COLOUR", environment.Keys);
        Assert.DoesNotContain("ASPNETCORE_ENVIRONMENT", environment.Keys);
        Assert.Contains("ASPNETCORE_URLS", environment.Keys);
    }

    [Fact]
    public async Task Telemetry_is_sent_at_once_in_development()
    {
        var environment = await Model.Create("--environment", "Development").AddProject<BuiltEcho>("echo", o => o.ExcludeLaunchProfile = true).EnvironmentAsync();

        Assert.Equal("grpc", environment["OTEL_EXPORTER_OTLP_PROTOCOL"]);
        Assert.Equal("""{{- index .Annotations "otel-service-name" -}}""", environment["OTEL_SERVICE_NAME"]);
        Assert.Equal("""service.instance.id={{- index .Annotations "otel-service-instance-id" -}}""", environment["OTEL_RESOURCE_ATTRIBUTES"]);
        Assert.Equal("1000", environment["OTEL_BSP_SCHEDULE_DELAY"]);
        Assert.Equal("1000", environment["OTEL_BLRP_SCHEDULE_DELAY"]);
        Assert.Equal("1000", environment["OTEL_METRIC_EXPORT_INTERVAL"]);
        Assert.Equal("always_on", environment["OTEL_TRACES_SAMPLER"]);
        Assert.Equal("trace_based", environment["OTEL_METRICS_EXEMPLAR_FILTER"]);
        Assert.Equal("simple", environment["LOGGING__CONSOLE__FORMATTERNAME"]);
    }

    [Fact]
    public async Task Telemetry_keeps_its_own_pace_in_production()
    {
        var environment = await Model.Create("--environment", "Production").AddProject<BuiltEcho>("echo", o => o.ExcludeLaunchProfile = true).EnvironmentAsync();

        Assert.Contains("OTEL_EXPORTER_OTLP_ENDPOINT", environment.Keys);
        Assert.DoesNotContain("OTEL_BSP_SCHEDULE_DELAY", environment.Keys);
    }

    [Fact]
    public async Task An_executable_sends_telemetry_only_when_told()
    {
        var builder = Model.Create();
        var quiet = builder.AddProgram("quiet");
        var telling = builder.AddProgram("telling").WithOtlpExporter();

        Assert.DoesNotContain("OTEL_SERVICE_NAME", (await quiet.EnvironmentAsync()).Keys);
        Assert.Contains(telling.Resource.Annotations, a => a is OtlpExporterAnnotation);
    }

    [Fact]
    public void A_project_has_a_hidden_rebuilder()
    {
        var builder = Model.Create();
        builder.AddProject<BuiltEcho>("echo", o => o.ExcludeLaunchProfile = true);

        Assert.True(builder.Resources.TryGetByName("echo-rebuilder", out var rebuilder));
        Assert.IsAssignableFrom<ExecutableResource>(rebuilder);
    }

    private sealed class BuiltEcho : IProjectMetadata
    {
        public string ProjectPath => Built.EchoProject;

        public bool SuppressBuild => true;
    }

    private sealed class EchoWithProfiles : IProjectMetadata
    {
        public string ProjectPath => Built.EchoProject;

        public LaunchSettings LaunchSettings { get; } = new()
        {
            Profiles =
            {
                ["container"] = new LaunchProfile { CommandName = "Docker" },
                ["first"] = new LaunchProfile { CommandName = "Project", ApplicationUrl = "http://localhost:5123", EnvironmentVariables = { ["COLOUR"] = "blue" } },
                ["second"] = new LaunchProfile { CommandName = "Project", ApplicationUrl = "http://localhost:5124" },
            },
        };
    }
}
