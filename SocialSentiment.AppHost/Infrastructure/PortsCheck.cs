using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace SocialSentiment.AppHost.Infrastructure;

/// <summary>
/// Aspire puts a proxy in front of every service and says little when its port is taken: the page would simply be
/// somebody else's. So all ports are looked at before anything starts.
/// </summary>
internal static class PortsCheck
{
    // A previous run may still be winding down.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static Task EnsureFreeAsync(IConfiguration configuration) => EnsureFreeAsync(configuration, s_patience);

    internal static async Task EnsureFreeAsync(IConfiguration configuration, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        foreach (var (port, purpose, remedy) in PortsToBeUsed(configuration))
        {
            while (IsTaken(port))
            {
                if (deadline.IsCancellationRequested)
                {
                    throw new PlainErrorException($"Port {port} for {purpose} is in use by another program: stop that program, or choose another port with {remedy}.");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private static IEnumerable<(int Port, string Purpose, string Remedy)> PortsToBeUsed(IConfiguration configuration)
    {
        var ports = ServicePorts.From(configuration);
        if (ports.Web is { } web)
        {
            yield return (web, "the web page", $"--{ServicePorts.WebKey}=<port>");
        }

        if (ports.Api is { } api)
        {
            yield return (api, "the API", $"--{ServicePorts.ApiKey}=<port>");
        }

        if (ports.Models is { } models)
        {
            yield return (models, "the model service", $"--{ServicePorts.ModelsKey}=<port>");
        }

        if (PortOf(Settings.DashboardUrl(configuration)) is { } dashboard)
        {
            yield return (dashboard, "the dashboard", "ASPNETCORE_URLS=http://localhost:<port>");
        }

        if (PortOf(configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"]) is { } telemetry)
        {
            yield return (telemetry, "the dashboard's telemetry", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:<port>");
        }
    }

    private static int? PortOf(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Port > 0 ? uri.Port : null;

    private static bool IsTaken(int port) =>
        CannotListen(IPAddress.Loopback, port) || (Socket.OSSupportsIPv6 && CannotListen(IPAddress.IPv6Loopback, port));

    private static bool CannotListen(IPAddress address, int port)
    {
        using var listener = new TcpListener(address, port);
        try
        {
            listener.Start();
            return false;
        }
        catch (SocketException e)
        {
            // A machine may have IPv6 without having the address ::1; that is no reason to complain.
            return e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied;
        }
    }
}
