using System.Net.Http.Headers;
using System.Text.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;

namespace SocialSentiment.Bench.Load;

/// <summary>Request bodies made ahead, so that making them does not count.</summary>
internal sealed class Payloads
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");
    private readonly byte[][] _bodies;

    public Payloads(IReadOnlyList<string> texts, int batch)
    {
        var text = 0;
        _bodies = [.. Enumerable.Range(0, batch == 1 ? Math.Min(texts.Count, 20_000) : 64).Select(_ => Body())];

        byte[] Body()
        {
            using var stream = new MemoryStream();
            using var json = new Utf8JsonWriter(stream);
            if (batch == 1)
            {
                Post(json);
            }
            else
            {
                json.WriteStartObject();
                json.WriteStartArray("posts");
                for (var i = 0; i < batch; i++)
                {
                    Post(json);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.Flush();
            return stream.ToArray();
        }

        void Post(Utf8JsonWriter json)
            => JsonSerializer.Serialize(json, new CreatePostRequest(texts[text++ % texts.Count], Source: "load"), ContractsJson.Default.CreatePostRequest);
    }

    public HttpContent Content(long number) => new ByteArrayContent(_bodies[number % _bodies.Length]) { Headers = { ContentType = s_json } };
}
