using System.Reflection;

namespace Aspire.Hosting;

public sealed class DistributedApplicationOptions
{
    private string? _projectDirectory;

    public string[]? Args { get; set; }

    public string? AssemblyName { get; set; }

    public bool DisableDashboard { get; set; }

    public bool AllowUnsecuredTransport { get; set; }

    /// <summary>What the resources write is logged by the AppHost too.</summary>
    public bool EnableResourceLogging { get; set; }

    public string? DashboardApplicationName { get; set; }

    public string? ContainerRegistryOverride { get; set; }

    public bool? TrustDeveloperCertificate { get; set; }

    public bool? DeveloperCertificateDefaultHttpsTerminationEnabled { get; set; }

    public string? ProjectDirectory
    {
        get => _projectDirectory ?? Metadata("apphostprojectpath");
        set => _projectDirectory = value;
    }

    internal string? ProjectName => Metadata("apphostprojectname");

    internal Assembly? Assembly => AssemblyName is { Length: > 0 } name ? Assembly.Load(name) : Assembly.GetEntryAssembly();

    /// <summary>The configuration the AppHost was built with; its projects run with the same.</summary>
    internal string? Configuration => Assembly?.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration;

    /// <summary>What the build has written into the AppHost's assembly, such as where the orchestrator is.</summary>
    internal string? Metadata(string key) => Assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => a.Key.Equals(key, StringComparison.OrdinalIgnoreCase))?.Value;
}
