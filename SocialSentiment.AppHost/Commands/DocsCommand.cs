using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace SocialSentiment.AppHost.Commands;

/// <summary>"API docs" on the API: where to read, a first request to copy, and where its key is.</summary>
internal static class DocsCommand
{
    public const string Name = "docs";

    public static IResourceBuilder<T> WithDocsCommand<T>(this IResourceBuilder<T> builder, IResourceBuilder<ParameterResource> key)
        where T : IResourceWithEndpoints =>
        builder.WithCommand(Name, "API docs", _ => Task.FromResult(Show(builder, key)), new CommandOptions
        {
            Description = "Shows where the API is documented, a first request to try, and where to find a key.",
            IconName = "BookOpen",
            UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
        });

    private static ExecuteCommandResult Show<T>(IResourceBuilder<T> builder, IResourceBuilder<ParameterResource> key)
        where T : IResourceWithEndpoints
    {
        var url = builder.GetEndpoint("http").Url;
        return CommandResults.Success(
            $"{url}/docs",
            Words(url, key.Resource.Name, needsKey: !builder.ApplicationBuilder.Environment.IsDevelopment()),
            CommandResultFormat.Markdown,
            displayImmediately: true);
    }

    /// <summary>The key itself is not in it: what a command shows stays on the screen.</summary>
    internal static string Words(string url, string key, bool needsKey) => needsKey
        ? $$"""
          The API is documented at [{{url}}/docs]({{url}}/docs). Every call shows a key. The service key is the parameter
          `{{key}}`: it is on this dashboard with the other parameters, and in `secrets.json` in the data folder unless it
          was given. With it you make keys for others, each with a name, a scope and a limit of its own.

          ```sh
          curl -X POST {{url}}/predict -H "X-Api-Key: $KEY" -H 'Content-Type: application/json' -d '{"text": "What a lovely day!"}'
          curl -X POST {{url}}/keys -H "X-Api-Key: $KEY" -H 'Content-Type: application/json' -d '{"name": "my script", "scope": "write"}'
          ```
          """
        : $$"""
          The API is documented at [{{url}}/docs]({{url}}/docs). In Development calls from this machine need no key.

          ```sh
          curl -X POST {{url}}/predict -H 'Content-Type: application/json' -d '{"text": "What a lovely day!"}'
          ```
          """;
}
