using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace SocialSentiment.AppHost.Commands;

/// <summary>"API docs" on the API: where to read, and a first request to copy.</summary>
internal static class DocsCommand
{
    public const string Name = "docs";

    public static IResourceBuilder<T> WithDocsCommand<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints =>
        builder.WithCommand(Name, "API docs", _ => Task.FromResult(Show(builder.GetEndpoint("http"))), new CommandOptions
        {
            Description = "Shows where the API is documented and a first request to try.",
            IconName = "BookOpen",
            UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
        });

    private static ExecuteCommandResult Show(EndpointReference api) => CommandResults.Success(
        $"{api.Url}/docs",
        $$"""
        The API is documented at [{{api.Url}}/docs]({{api.Url}}/docs).

        ```sh
        curl -X POST {{api.Url}}/predict -H 'Content-Type: application/json' -d '{"text": "What a lovely day!"}'
        ```
        """,
        CommandResultFormat.Markdown,
        displayImmediately: true);
}
