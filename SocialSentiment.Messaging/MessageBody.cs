using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SocialSentiment.Contracts;

namespace SocialSentiment.Messaging;

/// <summary>Turns messages into bytes and back: JSON as <see cref="ContractsJson"/> says, and bytes as they are.</summary>
internal static class MessageBody<T>
{
    private static readonly JsonTypeInfo<T>? s_json = typeof(T) == typeof(byte[])
        ? null
        : (JsonTypeInfo<T>?)ContractsJson.Default.GetTypeInfo(typeof(T)) ?? throw new InvalidOperationException($"{nameof(ContractsJson)} does not know {typeof(T)}.");

    public static string ContentType => s_json is null ? "application/octet-stream" : "application/json";

    public static byte[] Write(T message) => s_json is null ? (byte[])(object)message! : JsonSerializer.SerializeToUtf8Bytes(message, s_json);

    /// <exception cref="JsonException">It is not such a message.</exception>
    public static T Read(byte[] body)
        => s_json is null ? (T)(object)body : JsonSerializer.Deserialize(body, s_json) ?? throw new JsonException("The message is null.");
}
