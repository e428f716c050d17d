namespace Aspire.Hosting.ApplicationModel;

/// <summary>Has a value that may only be known once the application runs.</summary>
public interface IValueProvider
{
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);

    ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) => GetValueAsync(cancellationToken);
}

public interface IManifestExpressionProvider
{
    string ValueExpression { get; }
}

public interface IExpressionValue : IValueProvider, IManifestExpressionProvider;

public interface IValueWithReferences
{
    IEnumerable<object> References { get; }
}

/// <summary>Who asks for a value, and from which network.</summary>
public class ValueProviderContext
{
    public DistributedApplicationExecutionContext? ExecutionContext { get; init; }

    public IResource? Caller { get; init; }

    public NetworkIdentifier? Network { get; init; }

    internal NetworkIdentifier GetNetworkIdentifier() =>
        Network ?? (Caller?.IsContainer() == true ? KnownNetworkIdentifiers.DefaultAspireContainerNetwork : KnownNetworkIdentifiers.LocalhostNetwork);
}

/// <summary>A value that is set once and may be awaited until then.</summary>
public sealed class ValueSnapshot<T>
    where T : notnull
{
    private readonly TaskCompletionSource<T> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private Task<T>? _later;

    public bool IsValueSet => _first.Task.IsCompleted;

    public Task<T> GetValueAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return _later ?? _first.Task.WaitAsync(cancellationToken);
        }
    }

    public void SetValue(T value)
    {
        lock (_lock)
        {
            if (!_first.TrySetResult(value))
            {
                _later = Task.FromResult(value);
            }
        }
    }

    public void SetException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);

        lock (_lock)
        {
            if (!_first.TrySetException(exception))
            {
                _later = Task.FromException<T>(exception);
            }
        }
    }
}

public record class HostUrl(string Url) : IExpressionValue
{
    string IManifestExpressionProvider.ValueExpression => Url;

    ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken) => new(Url);

    ValueTask<string?> IValueProvider.GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken) => new(Url);
}

internal static class ValueFormats
{
    public static string Apply(string value, string format) => format.Equals("uri", StringComparison.OrdinalIgnoreCase)
        ? Uri.EscapeDataString(value)
        : throw new NotSupportedException($"The format '{format}' is not supported. Supported formats are 'uri' (encodes a URI)");
}
