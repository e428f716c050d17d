using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dcp;

/// <summary>Starts DCP as a process of its own that watches this one, and cleans up after it however it ends.</summary>
internal sealed partial class DcpHost(DcpOptions options, ILogger<DcpHost> logger)
{
    // What the AppHost itself was started with is not meant for the resources.
    private static readonly string[] s_notInherited = ["ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE", "ASPIRE_LOGLEVEL"];
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(30);

    public async Task<DcpClient> StartAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(options.CliPath))
        {
            throw new FileNotFoundException($"The Developer Control Plane is not installed at \"{options.CliPath}\". The application cannot be run without it.", options.CliPath);
        }

        // DCP removes the folder when it is done.
        var session = Directory.CreateTempSubdirectory("aspire-dcp").FullName;
        var kubeconfig = Path.Combine(session, "kubeconfig");
        var (certificate, key) = CreateCertificate(session);
        string[] arguments =
        [
            "start-apiserver", "--detach",
            "--monitor", Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            "--kubeconfig", kubeconfig,
            "--tls-cert-file", certificate,
            "--tls-key-file", key,
        ];
        LogStarting(string.Join(' ', arguments));

        var start = new ProcessStartInfo(options.CliPath, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var name in s_notInherited)
        {
            start.Environment.Remove(name);
        }

        start.Environment["DCP_SESSION_FOLDER"] = session;
        var extensions = Path.Combine(Path.GetDirectoryName(options.CliPath)!, "ext");
        if (Directory.Exists(extensions))
        {
            start.Environment["DCP_EXTENSIONS_PATH"] = extensions;
        }

        using var launcher = Process.Start(start)!;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(s_startTimeout);
        try
        {
            await launcher.WaitForExitAsync(timeout.Token).ConfigureAwait(false);
            return await DcpClient.ConnectAsync(kubeconfig, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DistributedApplicationException($"The Developer Control Plane at \"{options.CliPath}\" did not start within {s_startTimeout.TotalSeconds} seconds.");
        }
    }

    // DCP would make its own, with an RSA key that takes a busy machine many seconds.
    private static (string Certificate, string Key) CreateCertificate(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));

        var (certificatePath, keyPath) = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return (certificatePath, keyPath);
    }

    [LoggerMessage(LogLevel.Information, "Starting DCP with arguments: {Arguments}")]
    private partial void LogStarting(string arguments);
}
