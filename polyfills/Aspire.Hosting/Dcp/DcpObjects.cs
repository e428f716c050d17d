using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aspire.Hosting.Dcp;

/// <summary>An object of DCP's API, which follows the conventions of Kubernetes: what is wanted (spec) and what is (status).</summary>
internal sealed record DcpObject<TSpec, TStatus>
    where TSpec : class
    where TStatus : class
{
    public string ApiVersion { get; init; } = DcpApi.Version;

    public required string Kind { get; init; }

    public required DcpMetadata Metadata { get; init; }

    public required TSpec Spec { get; init; }

    public TStatus? Status { get; init; }
}

internal sealed record DcpMetadata
{
    public required string Name { get; init; }

    public string? Uid { get; init; }

    public string? ResourceVersion { get; init; }

    public DateTime? CreationTimestamp { get; init; }

    public Dictionary<string, string>? Annotations { get; init; }
}

/// <summary>A stable address in front of the processes that serve an endpoint.</summary>
internal sealed record ServiceSpec
{
    public string? Address { get; init; }

    public int? Port { get; init; }

    public string Protocol { get; init; } = "TCP";

    public string AddressAllocationMode { get; init; } = "Localhost";
}

internal sealed record ServiceStatus
{
    public string? EffectiveAddress { get; init; }

    public int? EffectivePort { get; init; }

    public string? State { get; init; }
}

internal sealed record ExecutableSpec
{
    public required string ExecutablePath { get; init; }

    public string? WorkingDirectory { get; init; }

    public IReadOnlyList<string>? Args { get; init; }

    public IReadOnlyList<DcpVariable>? Env { get; init; }

    public string ExecutionType { get; init; } = "Process";

    public DcpAmbientEnvironment AmbientEnvironment { get; init; } = new();

    public bool? Stop { get; init; }
}

internal sealed record DcpVariable(string Name, string? Value);

internal sealed record DcpAmbientEnvironment
{
    public string Behavior { get; init; } = "Inherit";
}

internal sealed record ExecutableStatus
{
    public int? Pid { get; init; }

    public string? State { get; init; }

    public DateTime? StartupTimestamp { get; init; }

    public DateTime? FinishTimestamp { get; init; }

    public int? ExitCode { get; init; }

    public IReadOnlyList<DcpVariable>? EffectiveEnv { get; init; }

    public IReadOnlyList<string>? EffectiveArgs { get; init; }
}

internal sealed record DcpWatchEvent<T>(string Type, T Object);

internal sealed record DcpExecution(string? Status, string ShutdownResourceCleanup = "Full");

internal sealed record ServiceProducer(string ServiceName, string Address, int? Port);

internal static class DcpApi
{
    public const string Version = "usvc-dev.developer.microsoft.com/v1";
    public const string Services = "services";
    public const string Executables = "executables";

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}

internal static class DcpAnnotations
{
    public const string ResourceName = "resource-name";
    public const string EndpointName = "endpoint-name";
    public const string ServiceProducer = "service-producer";
    public const string OtelServiceName = "otel-service-name";
    public const string OtelServiceInstanceId = "otel-service-instance-id";
    public const string ReplicaCount = "resource-replica-count";
    public const string ReplicaIndex = "resource-replica-index";
}

/// <summary>Text that DCP fills in for each process it starts.</summary>
internal static class DcpTemplates
{
    public static string PortForServing(string serviceName) => $$$"""{{- portForServing "{{{serviceName}}}" -}}""";

    public static string Annotation(string name) => $$$"""{{- index .Annotations "{{{name}}}" -}}""";
}

internal static class DcpStates
{
    public const string Running = "Running";
    public const string Finished = "Finished";
    public const string Terminated = "Terminated";
    public const string FailedToStart = "FailedToStart";
}
