using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Google.Protobuf.WellKnownTypes;
using CheckStatus = Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus;

namespace Aspire.Hosting.Dashboard;

/// <summary>A resource as the AppHost sees it, in the dashboard's words.</summary>
internal static class ResourceMapper
{
    public static Wire.Resource Map(ResourceEvent change, DateTime startedAt)
    {
        var snapshot = change.Snapshot;
        var createdAt = snapshot.CreationTimeStamp ?? startedAt;

        var resource = new Wire.Resource
        {
            Name = change.ResourceId,
            Uid = change.ResourceId,
            DisplayName = change.Resource.Name,
            ResourceType = snapshot.ResourceType,
            State = snapshot.State?.Text ?? "",
            StateStyle = snapshot.State?.Style ?? "",
            IsHidden = snapshot.IsHidden,
            CreatedAt = ToTimestamp(createdAt),
            StartedAt = ToTimestamp(snapshot.StartTimeStamp),
            StoppedAt = ToTimestamp(snapshot.StopTimeStamp),
            Properties = { GeneralProperties(change, createdAt), snapshot.Properties.Select(Map) },
            Environment = { snapshot.EnvironmentVariables.Select(v => new Wire.EnvironmentVariable { Name = v.Name, Value = v.Value ?? "", IsFromSpec = v.IsFromSpec }) },
            Urls = { snapshot.Urls.Select(Map) },
            Volumes = { snapshot.Volumes.Select(v => new Wire.Volume { Source = v.Source ?? "", Target = v.Target, MountType = v.MountType, IsReadOnly = v.IsReadOnly }) },
            HealthReports = { snapshot.HealthReports.Select(Map) },
            Relationships = { snapshot.Relationships.Select(r => new Wire.ResourceRelationship { ResourceName = r.ResourceName, Type = r.Type }) },
            Commands = { snapshot.Commands.Where(c => c.Visibility.HasFlag(ResourceCommandVisibility.UI)).Select(Map) },
        };

        if (snapshot.IconName is { } icon)
        {
            resource.IconName = icon;
        }

        if (snapshot.IconVariant is { } variant)
        {
            resource.IconVariant = Map(variant);
        }

        return resource;
    }

    public static Value ToValue(object? value) => value switch
    {
        null => Value.ForNull(),
        string text => Value.ForString(text),
        int number => Value.ForNumber(number),
        IEnumerable<string> texts => Value.ForList([.. texts.Select(Value.ForString)]),
        IEnumerable<int> numbers => Value.ForList([.. numbers.Select(n => Value.ForNumber(n))]),
        _ => Value.ForString(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
    };

    /// <summary>What the dashboard shows of every resource, whatever its type.</summary>
    private static IEnumerable<Wire.ResourceProperty> GeneralProperties(ResourceEvent change, DateTime createdAt)
    {
        var snapshot = change.Snapshot;
        return
        [
            General("resource.uid", change.ResourceId),
            General("resource.name", change.ResourceId),
            General("resource.type", snapshot.ResourceType),
            General("resource.displayName", change.Resource.Name),
            General("resource.state", snapshot.State?.Text),
            General("resource.exitCode", snapshot.ExitCode?.ToString(CultureInfo.InvariantCulture)),
            General("resource.createTime", ToText(createdAt)),
            General("resource.startTime", ToText(snapshot.StartTimeStamp)),
            General("resource.stopTime", ToText(snapshot.StopTimeStamp)),
            General("resource.healthState", snapshot.HealthStatus?.ToString()),
        ];

        static Wire.ResourceProperty General(string name, string? value) => new() { Name = name, Value = ToValue(value), IsSensitive = false };
    }

    private static Wire.ResourceProperty Map(ResourcePropertySnapshot snapshot)
    {
        var property = new Wire.ResourceProperty
        {
            Name = snapshot.Name,
            Value = ToValue(snapshot.Value),
            IsSensitive = snapshot.IsSensitive,
            IsHighlighted = snapshot.IsHighlighted,
        };

        if (!string.IsNullOrEmpty(snapshot.DisplayName))
        {
            property.DisplayName = snapshot.DisplayName;
        }

        if (snapshot.SortOrder is { } order)
        {
            property.SortOrder = order;
        }

        return property;
    }

    private static Wire.Url Map(UrlSnapshot url) => new()
    {
        EndpointName = url.Name ?? "",
        FullUrl = url.Url,
        IsInternal = url.IsInternal,
        IsInactive = url.IsInactive,
        DisplayProperties = new() { DisplayName = url.DisplayProperties.DisplayName, SortOrder = url.DisplayProperties.SortOrder },
    };

    private static Wire.HealthReport Map(HealthReportSnapshot snapshot)
    {
        var report = new Wire.HealthReport
        {
            Key = snapshot.Name,
            Description = snapshot.Description ?? "",
            Exception = snapshot.ExceptionText ?? "",
            LastRunAt = ToTimestamp(snapshot.LastRunAt),
        };

        // No status means that the check has not run yet.
        if (snapshot.Status is { } status)
        {
            report.Status = status switch
            {
                CheckStatus.Healthy => Wire.HealthStatus.Healthy,
                CheckStatus.Degraded => Wire.HealthStatus.Degraded,
                _ => Wire.HealthStatus.Unhealthy,
            };
        }

        return report;
    }

    private static Wire.ResourceCommand Map(ResourceCommandSnapshot command) => new()
    {
        Name = command.Name,
        DisplayName = command.DisplayName,
        DisplayDescription = command.DisplayDescription ?? "",
        ConfirmationMessage = command.ConfirmationMessage ?? "",
        IconName = command.IconName ?? "",
        IconVariant = Map(command.IconVariant ?? IconVariant.Regular),
        IsHighlighted = command.IsHighlighted,
        State = command.State switch
        {
            ResourceCommandState.Enabled => Wire.ResourceCommandState.Enabled,
            ResourceCommandState.Disabled => Wire.ResourceCommandState.Disabled,
            _ => Wire.ResourceCommandState.Hidden,
        },
        ArgumentInputs = { command.Arguments.Select(InputMapper.Map) },
    };

    private static Wire.IconVariant Map(IconVariant variant) => variant == IconVariant.Filled ? Wire.IconVariant.Filled : Wire.IconVariant.Regular;

    private static Timestamp? ToTimestamp(DateTime? time) => time is { } t ? Timestamp.FromDateTime(t.ToUniversalTime()) : null;

    private static string? ToText(DateTime? time) => time?.ToString("O", CultureInfo.InvariantCulture);
}
