using System.Collections;
using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Everything known about one running instance of a resource at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    private readonly ImmutableArray<HealthReportSnapshot> _healthReports = [];
    private readonly ResourceStateSnapshot? _state;

    public required string ResourceType { get; init; }

    public required ImmutableArray<ResourcePropertySnapshot> Properties { get; init; }

    public DateTime? CreationTimeStamp { get; init; }

    public DateTime? StartTimeStamp { get; init; }

    public DateTime? StopTimeStamp { get; init; }

    public ResourceStateSnapshot? State
    {
        get => _state;
        init
        {
            _state = value;
            HealthStatus = ComputeHealthStatus(_healthReports, value?.Text);
        }
    }

    public int? ExitCode { get; init; }

    public HealthStatus? HealthStatus { get; private set; }

    public ImmutableArray<HealthReportSnapshot> HealthReports
    {
        get => _healthReports;
        internal init
        {
            _healthReports = value;
            HealthStatus = ComputeHealthStatus(value, _state?.Text);
        }
    }

    public ImmutableArray<EnvironmentVariableSnapshot> EnvironmentVariables { get; init; } = [];

    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];

    public ImmutableArray<VolumeSnapshot> Volumes { get; init; } = [];

    public ImmutableArray<ResourceCommandSnapshot> Commands { get; init; } = [];

    public ImmutableArray<RelationshipSnapshot> Relationships { get; init; } = [];

    public bool IsHidden { get; init; }

    public string? IconName { get; init; }

    public IconVariant? IconVariant { get; init; }

    internal long Version { get; init; }

    /// <summary>The work of the subscribers of <see cref="ApplicationModel.ResourceReadyEvent"/>, once the resource is ready.</summary>
    internal Task? ResourceReadyEvent { get; init; }

    // A running resource without checks is healthy; one whose first check is still out is not.
    internal static HealthStatus? ComputeHealthStatus(ImmutableArray<HealthReportSnapshot> reports, string? state) =>
        state != KnownResourceStates.Running ? null
        : reports.IsEmpty ? Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy
        : reports.Min(r => r.Status ?? Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy);

    /// <summary>Do both say the same, whatever their version?</summary>
    internal bool ContentEquals(CustomResourceSnapshot other) =>
        ReferenceEquals(this, other)
        || (ResourceType == other.ResourceType
            && CreationTimeStamp == other.CreationTimeStamp
            && StartTimeStamp == other.StartTimeStamp
            && StopTimeStamp == other.StopTimeStamp
            && State == other.State
            && ExitCode == other.ExitCode
            && ResourceReadyEvent == other.ResourceReadyEvent
            && IsHidden == other.IsHidden
            && IconName == other.IconName
            && IconVariant == other.IconVariant
            && EnvironmentVariables.SequenceEqual(other.EnvironmentVariables)
            && Urls.SequenceEqual(other.Urls)
            && Volumes.SequenceEqual(other.Volumes)
            && Commands.SequenceEqual(other.Commands)
            && Relationships.SequenceEqual(other.Relationships)
            && HealthReports.SequenceEqual(other.HealthReports)
            && Properties.Length == other.Properties.Length
            && Properties.Zip(other.Properties).All(pair => pair.First.ContentEquals(pair.Second)));
}

public static class CustomResourceSnapshotExtensions
{
    public static CustomResourceSnapshot WithHealthReports(this CustomResourceSnapshot snapshot, ImmutableArray<HealthReportSnapshot> healthReports)
    {
        ArgumentNullException.ThrowIfNull(snapshot);

        return snapshot with { HealthReports = healthReports };
    }
}

public sealed record ResourceStateSnapshot(string Text, string? Style)
{
    public static implicit operator ResourceStateSnapshot?(string? s) => s is null ? null : new(s, Style: null);
}

public sealed record EnvironmentVariableSnapshot(string Name, string? Value, bool IsFromSpec);

public sealed record UrlSnapshot(string? Name, string Url, bool IsInternal)
{
    public UrlDisplayPropertiesSnapshot DisplayProperties { get; init; } = new();

    public bool IsInactive { get; init; }
}

public sealed record UrlDisplayPropertiesSnapshot(string DisplayName = "", int SortOrder = 0);

public sealed record VolumeSnapshot(string? Source, string Target, string MountType, bool IsReadOnly);

public sealed record RelationshipSnapshot(string ResourceName, string Type);

public sealed record HealthReportSnapshot(string Name, HealthStatus? Status, string? Description, string? ExceptionText)
{
    public DateTime? LastRunAt { get; init; }
}

public sealed record ResourcePropertySnapshot(string Name, object? Value)
{
    public string? DisplayName { get; init; }

    public bool IsSensitive { get; init; }

    public bool IsHighlighted { get; init; }

    public int? SortOrder { get; init; }

    internal bool ContentEquals(ResourcePropertySnapshot other) =>
        Name == other.Name
        && DisplayName == other.DisplayName
        && IsSensitive == other.IsSensitive
        && IsHighlighted == other.IsHighlighted
        && SortOrder == other.SortOrder
        && ValueEquals(Value, other.Value);

    private static bool ValueEquals(object? left, object? right) => (left, right) switch
    {
        (string or null, _) or (_, string or null) => Equals(left, right),
        (IEnumerable l, IEnumerable r) => l.Cast<object?>().SequenceEqual(r.Cast<object?>()),
        _ => left.Equals(right),
    };
}

public enum ResourceCommandState
{
    Enabled,
    Disabled,
    Hidden,
}

[Flags]
public enum ResourceCommandVisibility
{
    None = 0,
    UI = 1,
    Api = 2,
}

public enum IconVariant
{
    Regular,
    Filled,
}

public sealed record ResourceCommandSnapshot(
    string Name,
    ResourceCommandState State,
    string DisplayName,
    string? DisplayDescription,
    [property: Obsolete("Use Arguments to describe invocation arguments.")] object? Parameter,
    string? ConfirmationMessage,
    string? IconName,
    IconVariant? IconVariant,
    bool IsHighlighted)
{
    public IReadOnlyList<InteractionInput> Arguments { get; init; } = [];

    public ResourceCommandVisibility Visibility { get; init; } = ResourceCommandVisibility.UI | ResourceCommandVisibility.Api;
}

internal static class ResourceProperties
{
    public static ImmutableArray<ResourcePropertySnapshot> With(this ImmutableArray<ResourcePropertySnapshot> properties, params ReadOnlySpan<ResourcePropertySnapshot> changed)
    {
        foreach (var property in changed)
        {
            var index = properties.IndexOf(property.Name);
            properties = index < 0 ? properties.Add(property) : properties.SetItem(index, property);
        }

        return properties;
    }

    public static ImmutableArray<ResourcePropertySnapshot> Without(this ImmutableArray<ResourcePropertySnapshot> properties, string name)
    {
        var index = properties.IndexOf(name);
        return index < 0 ? properties : properties.RemoveAt(index);
    }

    private static int IndexOf(this ImmutableArray<ResourcePropertySnapshot> properties, string name)
    {
        for (var i = 0; i < properties.Length; i++)
        {
            if (properties[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }
}
