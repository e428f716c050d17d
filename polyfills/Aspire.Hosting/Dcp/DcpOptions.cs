using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dcp;

/// <summary>Where DCP, Aspire's orchestrator, is and what it is told.</summary>
internal sealed class DcpOptions
{
    public DcpOptions(DistributedApplicationOptions application, IConfiguration configuration)
    {
        var section = configuration.GetSection("DcpPublisher");
        CliPath = section[nameof(CliPath)] is { Length: > 0 } given ? given
            : configuration["ASPIRE_DCP_PATH"] is { Length: > 0 } folder ? Path.Combine(folder, "dcp")
            : application.Metadata("dcpclipath");
        ResourceNameSuffix = section[nameof(ResourceNameSuffix)];
        RandomizePorts = section.GetValue(nameof(RandomizePorts), defaultValue: false);
        WaitForResourceCleanup = section.GetValue(nameof(WaitForResourceCleanup), defaultValue: false);
    }

    public string? CliPath { get; }

    public string? ResourceNameSuffix { get; }

    public bool RandomizePorts { get; }

    /// <summary>Stopping waits until every process is gone, instead of leaving that to DCP.</summary>
    public bool WaitForResourceCleanup { get; }
}
