using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace SocialSentiment.AppHost.Infrastructure;

/// <summary>
/// A chat model that runs elsewhere, for labels and for drafts of replies, where one is named. Its key is a secret parameter
/// like the others, but for the fact that nobody can make one up: without one there is no parameter that would wait for it.
/// </summary>
internal static class RemoteChat
{
    public const string KeyParameter = "chat-api-key";

    public static IResourceBuilder<T> WithRemoteChat<T>(this IResourceBuilder<T> worker)
        where T : IResourceWithEnvironment
    {
        var configuration = worker.ApplicationBuilder.Configuration;
        foreach (var setting in (string[])["Endpoint", "Model"])
        {
            if (configuration[$"Chat:{setting}"] is { Length: > 0 } value)
            {
                worker.WithEnvironment($"Chat__{setting}", value);
            }
        }

        // The environment has to spell it with underscores.
        return (configuration[$"Parameters:{KeyParameter}"] ?? configuration[$"Parameters:{KeyParameter.Replace('-', '_')}"]) is { Length: > 0 }
            ? worker.WithEnvironment("Chat__ApiKey", worker.ApplicationBuilder.AddParameter(KeyParameter, secret: true))
            : worker;
    }
}
