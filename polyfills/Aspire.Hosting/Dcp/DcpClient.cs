using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Aspire.Hosting.Dcp;

/// <summary>Speaks DCP's HTTP API, with the address, certificate and token that DCP leaves in a file when it starts.</summary>
internal sealed class DcpClient : IDisposable
{
    private const string Root = $"apis/{DcpApi.Version}/";
    private const string ExecutionDocument = "admin/execution";

    private readonly HttpClient _http;

    private DcpClient(HttpClient http) => _http = http;

    /// <summary>Waits until DCP has written the file, and its API answers.</summary>
    public static async Task<DcpClient> ConnectAsync(string kubeconfigPath, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (File.Exists(kubeconfigPath) && TryRead(await File.ReadAllLinesAsync(kubeconfigPath, cancellationToken).ConfigureAwait(false)) is { } client)
            {
                try
                {
                    await client.GetExecutionAsync(cancellationToken).ConfigureAwait(false);
                    return client;
                }
                catch (HttpRequestException)
                {
                    client.Dispose();
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task CreateAsync<T>(string plural, T value, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsJsonAsync(Root + plural, value, DcpApi.Json, cancellationToken).ConfigureAwait(false);
        await EnsureSuccessAsync(response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null when there is no such object (any more).</summary>
    public async Task<T?> GetAsync<T>(string plural, string name, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await _http.GetAsync(new Uri($"{Root}{plural}/{name}", UriKind.Relative), cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        await EnsureSuccessAsync(response, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadFromJsonAsync<T>(DcpApi.Json, cancellationToken).ConfigureAwait(false);
    }

    public async Task PatchAsync(string plural, string name, object patch, CancellationToken cancellationToken)
    {
        using var response = await SendPatchAsync($"{Root}{plural}/{name}", patch, cancellationToken).ConfigureAwait(false);
        await EnsureSuccessAsync(response, cancellationToken).ConfigureAwait(false);
    }

    public async Task DeleteAsync(string plural, string name, CancellationToken cancellationToken)
    {
        using var response = await _http.DeleteAsync(new Uri($"{Root}{plural}/{name}", UriKind.Relative), cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.NotFound)
        {
            await EnsureSuccessAsync(response, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Every object there is, then every change, until DCP ends the answer.</summary>
    public async IAsyncEnumerable<DcpWatchEvent<T>> WatchAsync<T>(string plural, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stream = await OpenAsync($"{Root}{plural}?watch=true", cancellationToken).ConfigureAwait(false);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            yield return JsonSerializer.Deserialize<DcpWatchEvent<T>>(line, DcpApi.Json)!;
        }
    }

    /// <summary>What an executable has written; when followed, also what it will write until it ends.</summary>
    public async IAsyncEnumerable<string> ReadLogAsync(string executable, string source, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stream = await OpenAsync($"{Root}{DcpApi.Executables}/{executable}/log?follow={(follow ? "true" : "false")}&timestamps=true&source={source}", cancellationToken).ConfigureAwait(false);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            yield return line;
        }
    }

    public async Task<DcpExecution> GetExecutionAsync(CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<DcpExecution>(ExecutionDocument, DcpApi.Json, cancellationToken).ConfigureAwait(false))!;

    public async Task SetExecutionAsync(string status, CancellationToken cancellationToken)
    {
        using var response = await SendPatchAsync(ExecutionDocument, new DcpExecution(status), cancellationToken).ConfigureAwait(false);
        await EnsureSuccessAsync(response, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private static DcpClient? TryRead(string[] kubeconfig)
    {
        if (Find("server") is not { } server || Find("token") is not { } token || Find("certificate-authority-data") is not { } authority)
        {
            return null;
        }

        var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(authority));
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { certificate },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, errors) =>
            errors == System.Net.Security.SslPolicyErrors.None || presented?.GetRawCertData().AsSpan().SequenceEqual(certificate.RawData) == true;

        var http = new HttpClient(handler) { BaseAddress = new Uri(server), Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new DcpClient(http);

        string? Find(string key) => kubeconfig.Select(l => l.Trim()).FirstOrDefault(l => l.StartsWith(key + ": ", StringComparison.Ordinal))?[(key.Length + 2)..];
    }

    private static async Task EnsureSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            var answer = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            throw new HttpRequestException($"DCP answered {response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.PathAndQuery} with {(int)response.StatusCode}: {answer}", inner: null, response.StatusCode);
        }
    }

    private async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var response = await _http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        await EnsureSuccessAsync(response, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> SendPatchAsync(string path, object patch, CancellationToken cancellationToken) =>
        _http.PatchAsync(new Uri(path, UriKind.Relative), JsonContent.Create(patch, patch.GetType(), new MediaTypeHeaderValue("application/merge-patch+json"), DcpApi.Json), cancellationToken);
}
