using System.Text.Json;
using System.Text.Json.Serialization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public sealed class LaunchSettings
{
    [JsonPropertyName("profiles")]
    public Dictionary<string, LaunchProfile> Profiles { get; set; } = [];
}

public sealed class LaunchProfile
{
    [JsonPropertyName("commandName")]
    public string? CommandName { get; set; }

    [JsonPropertyName("commandLineArgs")]
    public string? CommandLineArgs { get; set; }

    [JsonPropertyName("executablePath")]
    public string? ExecutablePath { get; set; }

    [JsonPropertyName("dotnetRunMessages")]
    public bool? DotnetRunMessages { get; set; }

    [JsonPropertyName("launchBrowser")]
    public bool? LaunchBrowser { get; set; }

    [JsonPropertyName("launchUrl")]
    public string? LaunchUrl { get; set; }

    [JsonPropertyName("applicationUrl")]
    public string? ApplicationUrl { get; set; }

    [JsonPropertyName("environmentVariables")]
    public Dictionary<string, string> EnvironmentVariables { get; set; } = [];
}

internal sealed record NamedLaunchProfile(string Name, LaunchProfile Profile);

internal static class LaunchProfiles
{
    private static readonly JsonSerializerOptions s_json = new() { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The profile that is named for the resource, else the one the AppHost runs with, else the first that can be run.</summary>
    public static NamedLaunchProfile? GetEffectiveLaunchProfile(this ProjectResource project)
    {
        if (project.HasAnnotationOfType<ExcludeLaunchProfileAnnotation>() || ReadSettings(project) is not { } settings)
        {
            return null;
        }

        if (project.TryGetLastAnnotation<LaunchProfileAnnotation>(out var chosen))
        {
            return settings.Profiles.TryGetValue(chosen.LaunchProfileName, out var profile)
                ? new NamedLaunchProfile(chosen.LaunchProfileName, profile)
                : throw new DistributedApplicationException($"Launch settings file does not contain '{chosen.LaunchProfileName}' profile.");
        }

        if (project.TryGetLastAnnotation<DefaultLaunchProfileAnnotation>(out var preferred) && settings.Profiles.TryGetValue(preferred.LaunchProfileName, out var shared))
        {
            return new NamedLaunchProfile(preferred.LaunchProfileName, shared);
        }

        return settings.Profiles.Where(p => p.Value.CommandName is null or "" or "Project" or "Executable").Select(p => new NamedLaunchProfile(p.Key, p.Value)).FirstOrDefault();
    }

    private static LaunchSettings? ReadSettings(ProjectResource project)
    {
        var metadata = project.GetProjectMetadata();
        if (metadata.LaunchSettings is { } given)
        {
            return given;
        }

        if (!File.Exists(metadata.ProjectPath))
        {
            throw new DistributedApplicationException($"Project file '{metadata.ProjectPath}' was not found.");
        }

        var path = Path.Combine(Path.GetDirectoryName(metadata.ProjectPath)!, "Properties", "launchSettings.json");
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<LaunchSettings>(stream, s_json);
        }
        catch (JsonException ex)
        {
            throw new DistributedApplicationException($"Failed to read launch settings '{path}' of project resource '{project.Name}': {ex.Message}", ex);
        }
    }
}
