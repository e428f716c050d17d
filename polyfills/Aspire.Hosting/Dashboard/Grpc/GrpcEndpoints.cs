using System.Globalization;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard.Grpc;

/// <summary>
/// A gRPC server in three routes: Kestrel speaks HTTP/2, protobuf writes the messages, and this puts the one into the other.
/// (The packages of grpc-dotnet are not on every feed these polyfills are made for.)
/// </summary>
internal static partial class GrpcEndpoints
{
    public static void MapUnary<TRequest, TResponse>(this IEndpointRouteBuilder routes, string path, MessageParser<TRequest> parser, Func<TRequest, CancellationToken, Task<TResponse>> handler)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>
    {
        routes.MapDuplex(path, parser, Answer);

        async IAsyncEnumerable<TResponse> Answer(IAsyncEnumerable<TRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var request = await OnlyAsync(requests, cancellationToken).ConfigureAwait(false);
            yield return await handler(request, cancellationToken).ConfigureAwait(false);
        }
    }

    public static void MapServerStream<TRequest, TResponse>(this IEndpointRouteBuilder routes, string path, MessageParser<TRequest> parser, Func<TRequest, CancellationToken, IAsyncEnumerable<TResponse>> handler)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>
    {
        routes.MapDuplex(path, parser, Answer);

        async IAsyncEnumerable<TResponse> Answer(IAsyncEnumerable<TRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var request = await OnlyAsync(requests, cancellationToken).ConfigureAwait(false);
            await foreach (var response in handler(request, cancellationToken).ConfigureAwait(false))
            {
                yield return response;
            }
        }
    }

    public static void MapDuplex<TRequest, TResponse>(this IEndpointRouteBuilder routes, string path, MessageParser<TRequest> parser, Func<IAsyncEnumerable<TRequest>, CancellationToken, IAsyncEnumerable<TResponse>> handler)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>
        => routes.MapPost(path, http => ServeAsync(http, async cancellationToken =>
        {
            var requests = GrpcFrames.ReadAllAsync(http.Request.BodyReader, parser, cancellationToken);
            await foreach (var response in handler(requests, cancellationToken).ConfigureAwait(false))
            {
                await GrpcFrames.WriteAsync(http.Response.BodyWriter, response, cancellationToken).ConfigureAwait(false);
            }
        }));

    /// <summary>Every other method of the service.</summary>
    public static void MapUnimplemented(this IEndpointRouteBuilder routes)
        => routes.MapFallback("{**method}", http => ServeAsync(http, _ => throw new GrpcException(GrpcStatus.Unimplemented, $"{http.Request.Path} is not implemented.")));

    private static async Task ServeAsync(HttpContext http, Func<CancellationToken, Task> serve)
    {
        // A stream has no end of its own: it ends with the client or with the AppHost.
        var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var lifetime = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);

        http.Response.ContentType = "application/grpc";
        var (status, message) = (GrpcStatus.Ok, "");
        try
        {
            // Clients of a stream wait for the headers before they believe in it.
            await http.Response.StartAsync(lifetime.Token).ConfigureAwait(false);
            await serve(lifetime.Token).ConfigureAwait(false);
        }
        catch (GrpcException e)
        {
            (status, message) = (e.Status, e.Message);
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException || (lifetime.IsCancellationRequested && e is OperationCanceledException))
        {
            // Nobody is left to be told.
        }
        catch (Exception e)
        {
            var logger = http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(GrpcEndpoints));
            LogFailed(logger, e, http.Request.Path);
            (status, message) = (GrpcStatus.Unknown, "Exception was thrown by handler.");
        }

        http.Response.AppendTrailer("grpc-status", ((int)status).ToString(CultureInfo.InvariantCulture));
        if (message.Length > 0)
        {
            http.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(message));
        }
    }

    private static async Task<T> OnlyAsync<T>(IAsyncEnumerable<T> requests, CancellationToken cancellationToken)
    {
        await foreach (var request in requests.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            return request;
        }

        throw new GrpcException(GrpcStatus.Internal, "The request has no message.");
    }

    [LoggerMessage(LogLevel.Error, "Error executing service method '{Method}'.")]
    private static partial void LogFailed(ILogger logger, Exception exception, PathString method);
}
