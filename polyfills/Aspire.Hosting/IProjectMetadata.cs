using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Where a project is; the build makes one class of these per project the AppHost references.</summary>
public interface IProjectMetadata : IResourceAnnotation
{
    string ProjectPath { get; }

    LaunchSettings? LaunchSettings => null;

    /// <summary>It was built along with the AppHost.</summary>
    bool SuppressBuild => false;

    bool IsFileBasedApp => Path.GetExtension(ProjectPath).Equals(".cs", StringComparison.OrdinalIgnoreCase);
}

internal sealed class ProjectMetadata(string projectPath) : IProjectMetadata
{
    public string ProjectPath { get; } = Directory.Exists(projectPath) && Directory.GetFiles(projectPath, "*.csproj") is [var only] ? only : projectPath;
}

/// <summary>Can be found by others under its name.</summary>
public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

public class ProjectResourceOptions
{
    public string? LaunchProfileName { get; set; }

    public bool ExcludeLaunchProfile { get; set; }

    public bool ExcludeKestrelEndpoints { get; set; }
}
