using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SocialSentiment.TestModels.Repositories;

internal static class JsonFile
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string folder, string name, JsonObject content)
    {
        Directory.CreateDirectory(folder);
        using var stream = File.Create(Path.Combine(folder, name));
        using var writer = new Utf8JsonWriter(stream, s_options);
        content.WriteTo(writer);
    }

    /// <summary>Tokens and their ids.</summary>
    public static JsonObject Vocabulary(IReadOnlyList<string> tokens)
        => new(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id)));

    public static JsonArray Array(IEnumerable<JsonNode?> items) => new([.. items]);
}
