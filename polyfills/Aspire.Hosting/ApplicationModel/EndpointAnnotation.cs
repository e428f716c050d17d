using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A place where a resource can be reached: <see cref="Port"/> is what others see, <see cref="TargetPort"/> what the process listens on.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private int? _port;
    private int? _targetPort;
    private bool _portIsSet;
    private bool _targetPortIsSet;
    private bool _isProxied = true;
    private bool? _isExplicitlyProxied;
    private string? _transport;
    private bool? _tlsEnabled;

    public EndpointAnnotation(
        ProtocolType protocol,
        NetworkIdentifier? networkId,
        string? uriScheme = null,
        string? transport = null,
        [EndpointName] string? name = null,
        int? port = null,
        int? targetPort = null,
        bool? isExternal = null,
        bool? isProxied = null)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? DefaultScheme(protocol);
        Name = name ?? UriScheme;
        ModelName.Validate(nameof(EndpointAnnotation), Name);
        DefaultNetworkID = networkId ?? KnownNetworkIdentifiers.LocalhostNetwork;
        IsExternal = isExternal ?? false;
        IsExplicitlyProxied = isProxied;
        _transport = transport;
        _port = port;
        _targetPort = targetPort;
    }

    public EndpointAnnotation(
        ProtocolType protocol,
        string? uriScheme = null,
        string? transport = null,
        [EndpointName] string? name = null,
        int? port = null,
        int? targetPort = null,
        bool? isExternal = null,
        bool? isProxied = null)
        : this(protocol, networkId: null, uriScheme, transport, name, port, targetPort, isExternal, isProxied)
    {
    }

    public EndpointAnnotation(
        ProtocolType protocol,
        string? uriScheme,
        string? transport,
        [EndpointName] string? name,
        int? port,
        int? targetPort,
        bool? isExternal,
        bool isProxied)
        : this(protocol, networkId: null, uriScheme, transport, name, port, targetPort, isExternal, (bool?)isProxied)
    {
    }

    public EndpointAnnotation(
        ProtocolType protocol,
        NetworkIdentifier? networkId,
        string? uriScheme,
        string? transport,
        [EndpointName] string? name,
        int? port,
        int? targetPort,
        bool? isExternal,
        bool isProxied)
        : this(protocol, networkId, uriScheme, transport, name, port, targetPort, isExternal, (bool?)isProxied)
    {
    }

    public string Name { get; set; }

    public ProtocolType Protocol { get; set; }

    // Without a proxy both ports are the same one, so whichever is known stands for the other.
    public int? Port
    {
        get => _port ?? (IsProxied || _portIsSet ? null : _targetPort);
        set => (_port, _portIsSet) = (value, value is null);
    }

    public int? TargetPort
    {
        get => _targetPort ?? (IsProxied || _targetPortIsSet ? null : _port);
        set => (_targetPort, _targetPortIsSet) = (value, value is null);
    }

    public string UriScheme { get; set; }

    public string TargetHost { get; set; } = KnownHostNames.Localhost;

    public string Transport
    {
        get => _transport ?? (IsHttp ? "http" : DefaultScheme(Protocol));
        set => _transport = value;
    }

    public bool IsExternal { get; set; }

    public bool IsProxied
    {
        get => _isProxied;
        set => IsExplicitlyProxied = value;
    }

    public bool? IsExplicitlyProxied
    {
        get => _isExplicitlyProxied;
        set => (_isExplicitlyProxied, _isProxied) = (value, value ?? true);
    }

    public bool ExcludeReferenceEndpoint { get; set; }

    public bool TlsEnabled
    {
        get => _tlsEnabled ?? UriScheme.Equals("https", StringComparison.OrdinalIgnoreCase);
        set => _tlsEnabled = value;
    }

    public NetworkIdentifier DefaultNetworkID { get; }

    public AllocatedEndpoint? AllocatedEndpoint
    {
        get => AllAllocatedEndpoints.TryGetAllocatedEndpoint(DefaultNetworkID, out var endpoint) ? endpoint : null;
        set
        {
            if (value is null)
            {
                AllAllocatedEndpoints.SnapshotFor(DefaultNetworkID).SetException(new InvalidOperationException($"The endpoint `{Name}` is not allocated"));
                return;
            }

            if (value.NetworkID != DefaultNetworkID)
            {
                throw new InvalidOperationException($"The default AllocatedEndpoint's network ID must match the EndpointAnnotation network ID ('{DefaultNetworkID}'). The attempted AllocatedEndpoint belongs to '{value.NetworkID}'.");
            }

            AllAllocatedEndpoints.AddOrUpdateAllocatedEndpoint(DefaultNetworkID, value);
        }
    }

    public NetworkEndpointSnapshotList AllAllocatedEndpoints { get; } = new();

    internal bool FromLaunchProfile { get; set; }

    internal string? TargetPortEnvironmentVariable { get; set; }

    internal bool IsHttp => UriScheme is "http" or "https";

    [SuppressMessage("Globalization", "CA1308:Normalize strings to uppercase", Justification = "URI schemes are written in lower case.")]
    private static string DefaultScheme(ProtocolType protocol) => protocol.ToString().ToLowerInvariant();
}

public record class NetworkEndpointSnapshot(ValueSnapshot<AllocatedEndpoint> Snapshot, NetworkIdentifier NetworkID);

/// <summary>Where an endpoint ended up, per network.</summary>
public class NetworkEndpointSnapshotList : IEnumerable<NetworkEndpointSnapshot>
{
    private readonly List<NetworkEndpointSnapshot> _snapshots = [];
    private readonly Lock _lock = new();

    public void AddOrUpdateAllocatedEndpoint(NetworkIdentifier networkId, AllocatedEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (endpoint.NetworkID != networkId)
        {
            throw new ArgumentException($"AllocatedEndpoint must use the same network as the {nameof(networkId)} parameter", nameof(endpoint));
        }

        SnapshotFor(networkId).SetValue(endpoint);
    }

    public Task<AllocatedEndpoint> GetAllocatedEndpointAsync(NetworkIdentifier networkId, CancellationToken cancellationToken = default) =>
        SnapshotFor(networkId).GetValueAsync(cancellationToken);

    public IEnumerator<NetworkEndpointSnapshot> GetEnumerator()
    {
        lock (_lock)
        {
            return _snapshots.ToList().GetEnumerator();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal bool TryGetAllocatedEndpoint(NetworkIdentifier networkId, [NotNullWhen(true)] out AllocatedEndpoint? endpoint)
    {
        var value = SnapshotFor(networkId).GetValueAsync();
        endpoint = value.IsCompletedSuccessfully ? value.Result : null;
        return endpoint is not null;
    }

    internal ValueSnapshot<AllocatedEndpoint> SnapshotFor(NetworkIdentifier networkId)
    {
        lock (_lock)
        {
            if (_snapshots.Find(s => s.NetworkID == networkId) is { } existing)
            {
                return existing.Snapshot;
            }

            var added = new NetworkEndpointSnapshot(new ValueSnapshot<AllocatedEndpoint>(), networkId);
            _snapshots.Add(added);
            return added.Snapshot;
        }
    }
}
