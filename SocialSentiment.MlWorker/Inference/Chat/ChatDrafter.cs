using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using SocialSentiment.MlWorker.Inference.Generation;
using SocialSentiment.Replies;

namespace SocialSentiment.MlWorker.Inference.Chat;

/// <summary>Has a remote model draft replies, and hears them grow.</summary>
internal sealed class ChatDrafter(ChatConnection connection)
{
    private const int MaxTokens = 120;
    private const double Temperature = 0.8;

    /// <summary>As much of a post as a reply can go into, in characters.</summary>
    private const int MaxPostLength = 1000;

    // What servers said they do not take, once they said it: models that think first take no temperature, for example.
    private readonly ConcurrentDictionary<string, bool> _refused = new();

    public string Version => connection.Version;

    /// <summary>So many drafts, each asked for by itself: few servers know how to give several at once.</summary>
    /// <param name="seed">The first one's; whether the same seed gives the same is up to the server.</param>
    /// <param name="onPiece">Hears of every piece, of one at a time; null if nobody wants to.</param>
    /// <returns>As many as were asked for. One that failed is empty; one that broke off is as long as it got, and ends as one without time or room.</returns>
    /// <exception cref="ModelException">Not one could be had.</exception>
    public async Task<IReadOnlyList<GeneratedText>> DraftAsync(ReplySituation situation, int count, long seed, PieceHandler? onPiece, CancellationToken cancellationToken)
    {
        connection.RequireEndpoint();
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var messages = ReplyPrompt.ForChat(situation, MaxPostLength);
        var listening = new Lock();
        var drafts = await Task.WhenAll(Enumerable.Range(0, count).Select(TryDraftAsync));
        return drafts.FirstOrDefault(draft => draft.Text is null) is { Error: { } error } && drafts.All(draft => draft.Text is null)
            ? throw error
            : [.. drafts.Select(draft => draft.Text ?? new GeneratedText("", 0, 0, GenerationEnd.Timeout))];

        async Task<(GeneratedText? Text, ModelException? Error)> TryDraftAsync(int sample)
        {
            try
            {
                return (await DraftOneAsync(messages, unchecked(seed + sample), Hear, cancellationToken), null);
            }
            catch (ModelException error)
            {
                return (null, error);
            }

            bool Hear(string text, int tokens)
            {
                lock (listening)
                {
                    return onPiece?.Invoke(sample, text, tokens) ?? true;
                }
            }
        }
    }

    private Task<GeneratedText> DraftOneAsync(IReadOnlyList<ChatMessage> messages, long seed, Func<string, int, bool> hear, CancellationToken cancellationToken) =>
        connection.AskAsync(
            () => Question(messages, seed),
            (response, deadline) => new ChatStream(connection, hear).ReadAsync(response, deadline, cancellationToken),
            IsBadlyPut,
            cancellationToken);

    private JsonObject Question(IReadOnlyList<ChatMessage> messages, long seed)
    {
        var question = new JsonObject
        {
            ["model"] = connection.Options.Model,
            ["messages"] = new JsonArray([.. messages.Select(message => new JsonObject { ["role"] = message.Role, ["content"] = message.Content })]),
            ["stream"] = true,
        };
        Add("temperature", Temperature);

        // Some servers keep it in 32 bits, and some take no negative one.
        Add("seed", (int)(seed & int.MaxValue));
        if (!Add("max_tokens", MaxTokens))
        {
            Add("max_completion_tokens", MaxTokens);
        }

        return question;

        bool Add(string name, JsonNode value)
        {
            if (_refused.ContainsKey(name))
            {
                return false;
            }

            question[name] = value;
            return true;
        }
    }

    private bool IsBadlyPut(string refusal)
    {
        foreach (var name in (string[])["max_completion_tokens", "max_tokens", "temperature", "seed"])
        {
            // "Use 'max_completion_tokens' instead" speaks of what was not sent.
            var isSent = name != "max_completion_tokens" || _refused.ContainsKey("max_tokens");
            var isNamed = refusal.Contains($"'{name}'", StringComparison.Ordinal) || refusal.Contains($"\"{name}\"", StringComparison.Ordinal) || refusal.Contains($"\\\"{name}\\\"", StringComparison.Ordinal);
            if (isSent && isNamed && _refused.TryAdd(name, true))
            {
                return true;
            }
        }

        return false;
    }
}
