using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dcp;

/// <summary>One endpoint of a resource and the DCP service in front of it.</summary>
internal sealed record ServedEndpoint(IResource Resource, EndpointAnnotation Endpoint, DcpObject<ServiceSpec, ServiceStatus> Service)
{
    public string ServiceName => Service.Metadata.Name;

    /// <summary>Tells everyone who waits for it where the endpoint is.</summary>
    public void Allocate(int port)
    {
        var (host, mode) = EndpointHosts.Normalize(Endpoint.TargetHost);
        Endpoint.AllocatedEndpoint = new AllocatedEndpoint(Endpoint, host, port, mode, DcpTemplates.PortForServing(ServiceName), KnownNetworkIdentifiers.LocalhostNetwork);
    }
}

/// <summary>Makes a DCP service of every endpoint in the model, after checking what it asks for.</summary>
internal sealed class ServiceAllocator(DcpOptions options)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public List<ServedEndpoint> CreateServices(DistributedApplicationModel model)
    {
        var served = new List<ServedEndpoint>();
        foreach (var resource in model.Resources)
        {
            var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToArray();
            foreach (var endpoint in endpoints)
            {
                Resolve(resource, endpoint);
                served.Add(new ServedEndpoint(resource, endpoint, CreateService(resource, endpoint, isOnlyOne: endpoints.Length == 1)));
            }
        }

        return served;
    }

    /// <summary>What a process of the resource says it serves.</summary>
    public static string? DescribeServed(IResource resource, IEnumerable<ServedEndpoint> served)
    {
        var producers = served.Where(s => s.Resource == resource)
            .Select(s => new ServiceProducer(s.ServiceName, EndpointHosts.Normalize(s.Endpoint.TargetHost).Host, s.Endpoint.TargetPort))
            .ToArray();
        return producers.Length == 0 ? null : JsonSerializer.Serialize(producers, DcpApi.Json);
    }

    private static void Resolve(IResource resource, EndpointAnnotation endpoint)
    {
        if (resource.TryGetLastAnnotation<ProxySupportAnnotation>(out var support) && !support.ProxyEnabled)
        {
            endpoint.IsProxied = false;
        }

        var replicated = resource.GetReplicaCount() > 1;
        if (!endpoint.IsProxied)
        {
            if (endpoint.Port is not null && endpoint.Port != endpoint.TargetPort)
            {
                throw new InvalidOperationException($"The endpoint '{endpoint.Name}' for resource '{resource.Name}' is not using a proxy, and it has a value of Port property that is different from the value of TargetPort property. For proxy-less endpoints they must match.");
            }

            if (replicated)
            {
                throw new InvalidOperationException($"Resource '{resource.Name}' uses multiple replicas and a proxy-less endpoint '{endpoint.Name}'. These features do not work together.");
            }

            if (endpoint.Port is null or 0)
            {
                endpoint.Port = endpoint.TargetPort = FreePort();
            }

            return;
        }

        if (endpoint.TargetPort is { } targetPort && targetPort == endpoint.Port)
        {
            throw new InvalidOperationException($"The endpoint '{endpoint.Name}' for resource '{resource.Name}' requested a proxy (IsProxied is true). Non-container resources cannot be proxied when both TargetPort and Port are specified with the same value.");
        }

        if (replicated && endpoint.TargetPort is not null)
        {
            throw new InvalidOperationException($"Resource '{resource.Name}' can have multiple replicas, and it uses endpoint '{endpoint.Name}' that has TargetPort property set. Each replica must have a unique port; setting TargetPort is not allowed.");
        }
    }

    private DcpObject<ServiceSpec, ServiceStatus> CreateService(IResource resource, EndpointAnnotation endpoint, bool isOnlyOne)
    {
        // A proxied endpoint with only a target port is seen under a port of DCP's choice.
        var port = endpoint.Port is 0 || (endpoint.IsProxied && options.RandomizePorts) ? null : endpoint.Port;
        return new()
        {
            Kind = "Service",
            Metadata = new DcpMetadata
            {
                Name = UniqueName(isOnlyOne ? resource.Name : $"{resource.Name}-{endpoint.Name}"),
                Annotations = new() { [DcpAnnotations.ResourceName] = resource.Name, [DcpAnnotations.EndpointName] = endpoint.Name },
            },
            Spec = new ServiceSpec
            {
                Address = endpoint.TargetHost,
                Port = port,
                Protocol = endpoint.Protocol == ProtocolType.Udp ? "UDP" : "TCP",
                AddressAllocationMode = endpoint.IsProxied ? "Localhost" : "Proxyless",
            },
        };
    }

    private string UniqueName(string wanted)
    {
        wanted = options.ResourceNameSuffix is { Length: > 0 } suffix ? $"{wanted}-{suffix}" : wanted;
        var name = wanted;
        for (var i = 1; !_names.Add(name); i++)
        {
            name = $"{wanted}-{i}";
        }

        return name;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

internal static class EndpointHosts
{
    /// <summary>The address under which this machine reaches what listens on a host, and how widely that is.</summary>
    public static (string Host, EndpointBindingMode Mode) Normalize(string targetHost)
    {
        if (string.IsNullOrEmpty(targetHost) || targetHost.Equals(KnownHostNames.Localhost, StringComparison.OrdinalIgnoreCase) || targetHost.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
        {
            return (KnownHostNames.Localhost, EndpointBindingMode.SingleAddress);
        }

        if (!IPAddress.TryParse(targetHost, out var address))
        {
            return (KnownHostNames.Localhost, EndpointBindingMode.DualStackAnyAddresses);
        }

        return address switch
        {
            _ when address.Equals(IPAddress.Any) => (KnownHostNames.Localhost, EndpointBindingMode.IPv4AnyAddresses),
            _ when address.Equals(IPAddress.IPv6Any) => (KnownHostNames.Localhost, EndpointBindingMode.IPv6AnyAddresses),
            _ => (targetHost, EndpointBindingMode.SingleAddress),
        };
    }
}
