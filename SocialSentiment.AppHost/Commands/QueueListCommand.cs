using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Serialization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace SocialSentiment.AppHost.Commands;

/// <summary>"List queues" on the broker, through its management plugin.</summary>
internal static class QueueListCommand
{
    public const string Name = "list-queues";
    public const string Argument = "filter";

    private const string Columns = "name,type,state,messages_ready,messages_unacknowledged,consumers";

    public static IResourceBuilder<T> WithQueueListCommand<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithConnectionString, IResourceWithEndpoints =>
        builder.WithCommand(Name, "List queues", context => ExecuteAsync(builder.Resource, context), new CommandOptions
        {
            Description = "Shows every queue with what waits in it.",
            IconName = "TextBulletListSquare",
            Arguments =
            [
                new InteractionInput
                {
                    Name = Argument,
                    Label = "Filter",
                    Description = "Only queues whose name contains this.",
                    InputType = InputType.Text,
                },
            ],
        });

    private static async Task<ExecuteCommandResult> ExecuteAsync<T>(T broker, ExecuteCommandContext context)
        where T : IResourceWithConnectionString, IResourceWithEndpoints
    {
        var management = broker.GetEndpoint("management");
        if (!management.IsAllocated)
        {
            return CommandResults.Failure("The broker has no management plugin to ask.");
        }

        var address = await broker.ConnectionStringExpression.GetValueAsync(context.CancellationToken);
        try
        {
            var queues = await FetchAsync(new Uri(management.Url), new Uri(address!), context.CancellationToken);
            return Show(queues, context.Arguments.GetString(Argument));
        }
        catch (HttpRequestException e)
        {
            return CommandResults.Failure($"The broker's management plugin does not answer: {e.Message}");
        }
    }

    internal static async Task<Queue[]> FetchAsync(Uri management, Uri broker, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = management, Timeout = TimeSpan.FromSeconds(10) };
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(broker.UserInfo)));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        return await client.GetFromJsonAsync<Queue[]>($"/api/queues?columns={Columns}", cancellationToken) ?? [];
    }

    internal static ExecuteCommandResult Show(IEnumerable<Queue> queues, string? filter)
    {
        var rows = queues
            .Where(queue => string.IsNullOrWhiteSpace(filter) || queue.Name.Contains(filter.Trim(), StringComparison.OrdinalIgnoreCase))
            .OrderBy(queue => queue.Name, StringComparer.Ordinal)
            .Select(queue => new[] { queue.Name, queue.Type, queue.State, $"{queue.Ready}", $"{queue.Unacknowledged}", $"{queue.Consumers}" })
            .ToList();

        return rows.Count == 0
            ? CommandResults.Success("No such queue.")
            : CommandResults.Success(
                $"{rows.Count} queues.",
                MarkdownTable.Of(["Queue", "Type", "State", "Ready", "In progress", "Consumers"], rows),
                CommandResultFormat.Markdown,
                displayImmediately: true);
    }

    /// <summary>One queue as the management plugin describes it; numbers are absent until its first statistics.</summary>
    internal sealed record Queue(
        [property: JsonPropertyName("name")] string Name,
        [property: JsonPropertyName("type")] string? Type,
        [property: JsonPropertyName("state")] string? State,
        [property: JsonPropertyName("messages_ready")] long Ready,
        [property: JsonPropertyName("messages_unacknowledged")] long Unacknowledged,
        [property: JsonPropertyName("consumers")] int Consumers);
}
