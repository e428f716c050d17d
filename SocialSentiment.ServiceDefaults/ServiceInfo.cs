using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace SocialSentiment.ServiceDefaults;

/// <summary>Who this process is: the same answer in its telemetry, its status and its log.</summary>
public sealed class ServiceInfo
{
    private const string InstanceAttribute = "service.instance.id";
    private readonly TimeProvider _time;

    public ServiceInfo(IConfiguration configuration, IHostEnvironment environment, TimeProvider time)
    {
        _time = time;
        StartedAt = time.GetUtcNow();
        Environment = environment.EnvironmentName;
        Name = configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } name ? name : environment.ApplicationName;
        Instance = InstanceGivenBy(configuration["OTEL_RESOURCE_ATTRIBUTES"])
            ?? string.Create(CultureInfo.InvariantCulture, $"{System.Environment.MachineName}-{System.Environment.ProcessId}");
    }

    public string Name { get; }

    public string Version { get; } = typeof(ServiceInfo).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public string Environment { get; }

    /// <summary>Which replica this is: the id the AppHost gave, else machine and process.</summary>
    public string Instance { get; }

    public DateTimeOffset StartedAt { get; }

    public TimeSpan Uptime => _time.GetUtcNow() - StartedAt;

    /// <summary>Attributes come as <c>key=value,key=value</c>, percent-encoded.</summary>
    private static string? InstanceGivenBy(string? attributes)
        => attributes?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .Where(pair => pair is [InstanceAttribute, { Length: > 0 }])
            .Select(pair => Uri.UnescapeDataString(pair[1]))
            .FirstOrDefault();
}
