using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace SocialSentiment.AppHost.Commands;

/// <summary>What a command does with the service that it belongs to.</summary>
internal delegate Task<ExecuteCommandResult> ServiceCommand(HttpClient service, InteractionInputCollection arguments, CancellationToken cancellationToken);

/// <summary>Commands that call the service itself, with its key.</summary>
internal static class ServiceCommands
{
    private const string Actor = "operator at the dashboard";

    public static IResourceBuilder<T> WithServiceCommand<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<ParameterResource> key, TimeSpan patience, string name, string title, CommandOptions options, ServiceCommand execute)
        where T : IResourceWithEndpoints
    {
        options.UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
        return builder.WithCommand(name, title, context => ExecuteAsync(builder.GetEndpoint("http"), key.Resource, patience, context, execute), options);
    }

    public static async Task<ExecuteCommandResult> RefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
        => CommandResults.Failure($"{(await ReadAsync(response, cancellationToken))["detail"] ?? response.ReasonPhrase}");

    public static async Task<JsonObject> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static async Task<ExecuteCommandResult> ExecuteAsync(
        EndpointReference endpoint, ParameterResource key, TimeSpan patience, ExecuteCommandContext context, ServiceCommand execute)
    {
        using var service = new HttpClient { BaseAddress = new Uri(endpoint.Url), Timeout = patience };
        service.DefaultRequestHeaders.Add("X-Api-Key", await key.GetValueAsync(context.CancellationToken));
        service.DefaultRequestHeaders.Add("X-Actor", Actor);
        try
        {
            return await execute(service, context.Arguments, context.CancellationToken);
        }
        catch (HttpRequestException e)
        {
            return CommandResults.Failure($"The service does not answer: {e.Message}");
        }
    }
}
