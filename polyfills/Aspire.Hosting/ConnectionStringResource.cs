using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>A connection string put together from other values.</summary>
public sealed class ConnectionStringResource(string name, ReferenceExpression connectionStringExpression) : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
{
    public ReferenceExpression ConnectionStringExpression => connectionStringExpression;
}

/// <summary>A connection string taken as it stands from the configuration.</summary>
internal sealed class ConnectionStringParameterResource : ParameterResource, IResourceWithConnectionString
{
    private readonly string? _environmentVariableName;

    public ConnectionStringParameterResource(string name, Func<ParameterDefault?, string> callback, string? environmentVariableName)
        : base(name, callback, secret: true)
    {
        _environmentVariableName = environmentVariableName;
        IsConnectionString = true;
        ConfigurationKey = $"ConnectionStrings:{name}";
    }

    public string? ConnectionStringEnvironmentVariable => _environmentVariableName;

    // Not the resource itself: its value would be asked from this expression again.
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{new ParameterValue(this)}");

    string IManifestExpressionProvider.ValueExpression => $"{{{Name}.connectionString}}";

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => GetValueAsync(cancellationToken);

    ValueTask<string?> IValueProvider.GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken) => GetValueAsync(cancellationToken);

    private sealed class ParameterValue(ConnectionStringParameterResource owner) : IExpressionValue, IValueWithReferences
    {
        public string ValueExpression => $"{{{owner.Name}.connectionString}}";

        public IEnumerable<object> References => [owner];

        public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => owner.GetValueAsync(cancellationToken);
    }
}

public static partial class ConnectionStringBuilderExtensions
{
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(this IDistributedApplicationBuilder builder, [ResourceName] string name, Action<ReferenceExpressionBuilder> connectionStringBuilder)
    {
        ArgumentNullException.ThrowIfNull(connectionStringBuilder);

        var expression = new ReferenceExpressionBuilder();
        connectionStringBuilder(expression);
        return builder.AddConnectionString(name, expression.Build());
    }

    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(this IDistributedApplicationBuilder builder, [ResourceName] string name, ReferenceExpression connectionStringExpression)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(connectionStringExpression);

        var resource = builder.AddResource(new ConnectionStringResource(name, connectionStringExpression));
        foreach (var referenced in ReferencedResources(connectionStringExpression).Distinct())
        {
            resource.WaitForStart(builder.CreateResourceBuilder(referenced));
        }

        return resource
            .WithReferenceRelationship(connectionStringExpression)
            .WithInitialState(new CustomResourceSnapshot { ResourceType = KnownResourceTypes.ConnectionString, State = KnownResourceStates.NotStarted, Properties = [] })
            .OnInitializeResource(StartAsync);
    }

    private static IEnumerable<IResource> ReferencedResources(ReferenceExpression expression) => expression.ValueProviders
        .Where(v => v is not IResourceWithoutLifetime)
        .SelectMany(v => v is IResource resource ? [resource] : v is IValueWithReferences references ? references.References.OfType<IResource>() : []);

    private static async Task StartAsync(ConnectionStringResource resource, InitializeResourceEvent e, CancellationToken cancellationToken)
    {
        try
        {
            await e.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, e.Services), cancellationToken).ConfigureAwait(false);
            await e.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Running }).ConfigureAwait(false);
            await e.Eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, e.Services), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception ex)
        {
            LogFailed(e.Logger, ex, resource.Name);
            await e.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.FailedToStart }).ConfigureAwait(false);
        }
    }

    [LoggerMessage(LogLevel.Error, "Failed to resolve connection string for resource '{ResourceName}'")]
    private static partial void LogFailed(ILogger logger, Exception exception, string resourceName);
}

public static class ConnectionPropertiesExtensions
{
    /// <summary>The properties of the source; where both have one, the additional one holds.</summary>
    public static IEnumerable<KeyValuePair<string, ReferenceExpression>> CombineProperties(this IResourceWithConnectionString source, IEnumerable<KeyValuePair<string, ReferenceExpression>> additional)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(additional);

        var combined = new Dictionary<string, ReferenceExpression>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in source.GetConnectionProperties().Concat(additional))
        {
            combined[name] = value;
        }

        return combined;
    }
}
