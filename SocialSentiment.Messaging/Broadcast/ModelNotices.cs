using System.Text.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Messages;

namespace SocialSentiment.Messaging;

/// <summary>The exchange <see cref="Queues.Models"/>, in the words that are spoken there.</summary>
public static class ModelNotices
{
    /// <summary>Tells whoever listens right now; see <see cref="Publisher.BroadcastAsync"/>.</summary>
    /// <returns>Whether it is on its way.</returns>
    public static Task<bool> TellAsync(this Publisher publisher, ModelNotice notice, CancellationToken cancellationToken)
        => publisher.BroadcastAsync(Queues.Models, JsonSerializer.SerializeToUtf8Bytes(notice, ContractsJson.Default.ModelNotice), cancellationToken);

    /// <summary>What was said; null for what is no notice.</summary>
    public static ModelNotice? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, ContractsJson.Default.ModelNotice);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
