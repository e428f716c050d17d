using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Dashboard.Grpc;
using Google.Protobuf;

namespace Aspire.Dashboard.Tests;

/// <summary>What the dashboard does to reach the resource service: HTTP/2 without TLS, and the key in a header.</summary>
internal sealed class GrpcClient(string address, string? apiKey) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(address) };

    public async Task<TResponse> CallAsync<TResponse>(string method, IMessage request, MessageParser<TResponse> parser, CancellationToken cancellationToken)
        where TResponse : IMessage<TResponse>
        => await StreamAsync(method, request, parser, cancellationToken).SingleAsync(cancellationToken);

    public IAsyncEnumerable<TResponse> StreamAsync<TResponse>(string method, IMessage request, MessageParser<TResponse> parser, CancellationToken cancellationToken)
        where TResponse : IMessage<TResponse>
    {
        var requests = new Pipe();
        return SendAsync(method, requests.Reader, parser, WriteAsync, cancellationToken);

        async Task WriteAsync()
        {
            await GrpcFrames.WriteAsync(requests.Writer, request, cancellationToken);
            await requests.Writer.CompleteAsync();
        }
    }

    public IAsyncEnumerable<TResponse> ConverseAsync<TResponse>(string method, PipeReader requests, MessageParser<TResponse> parser, CancellationToken cancellationToken)
        where TResponse : IMessage<TResponse>
        => SendAsync(method, requests, parser, () => Task.CompletedTask, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async IAsyncEnumerable<TResponse> SendAsync<TResponse>(string method, PipeReader requests, MessageParser<TResponse> parser, Func<Task> write, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TResponse : IMessage<TResponse>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/aspire.v1.DashboardService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new PipeContent(requests),
        };
        if (apiKey is not null)
        {
            request.Headers.Add(ApiKeyMiddleware.HeaderName, apiKey);
        }

        var writing = write();
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();

        var body = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellationToken));
        await foreach (var message in GrpcFrames.ReadAllAsync(body, parser, cancellationToken))
        {
            yield return message;
        }

        await writing;
        var status = (GrpcStatus)int.Parse(response.TrailingHeaders.GetValues("grpc-status").Single(), System.Globalization.CultureInfo.InvariantCulture);
        if (status != GrpcStatus.Ok)
        {
            throw new GrpcException(status, Uri.UnescapeDataString(response.TrailingHeaders.GetValues("grpc-message").Single()));
        }
    }

    private sealed class PipeContent : HttpContent
    {
        private readonly PipeReader _requests;

        public PipeContent(PipeReader requests)
        {
            _requests = requests;
            Headers.ContentType = new("application/grpc");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            // The first flush sends the headers of a conversation that has not begun.
            await stream.FlushAsync();
            while (true)
            {
                var read = await _requests.ReadAsync();
                foreach (var segment in read.Buffer)
                {
                    await stream.WriteAsync(segment);
                }

                _requests.AdvanceTo(read.Buffer.End);
                await stream.FlushAsync();
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
