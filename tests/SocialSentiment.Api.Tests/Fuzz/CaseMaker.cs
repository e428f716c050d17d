using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SocialSentiment.Api.Tests.Fuzz;

/// <summary>
/// Makes requests from what the document says, and then spoils most of them a little: what is wrong all through is refused
/// at the door, what is almost right gets further.
/// </summary>
internal sealed partial class CaseMaker(ApiDocument document)
{
    private const int MostRemembered = 200;
    private const string Marker = "@@nasty:";

    /// <summary>An empty part makes it another path, and NUL in a path is the web server's own business.</summary>
    private static readonly string[] s_inPath = [.. NastyValues.Address.Where(value => value.Length > 0 && !value.Contains("%00", StringComparison.Ordinal))];

    /// <summary>Ids and cursors that the API has given away, by the name of the field: with made-up ones most operations end at 404.</summary>
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _seen = new(StringComparer.Ordinal);

    public FuzzCase Make(Random random)
    {
        var operation = Pick(random, document.Operations);
        var method = Chance(random, 2) ? Pick(random, ["PATCH", "HEAD", "OPTIONS", "FUZZ", "POST", "DELETE", "PUT", "GET"]) : operation.Method;
        List<(string, string)> headers = [];
        while (Chance(random, 15))
        {
            headers.Add((Pick(random, NastyValues.HeaderNames), Pick(random, NastyValues.Headers)));
        }

        foreach (var parameter in operation.Parameters.Where(parameter => parameter.In == "header" && Chance(random, 30)))
        {
            headers.Add((parameter.Name, Chance(random, 50) ? $"key-{random.Next(50)}" : Pick(random, NastyValues.Headers)));
        }

        var (type, body) = Body(operation, random);
        return new FuzzCase(operation, method, Address(operation, random), headers, type, body);
    }

    /// <summary>Takes note of what an answer says, to ask for it later.</summary>
    public void Learn(JsonNode? answer)
    {
        switch (answer)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    if (value is JsonValue leaf && leaf.TryGetValue<string>(out var text) && text.Length is > 0 and <= 64 && (name is "next" or "key" || name.EndsWith("id", StringComparison.Ordinal)))
                    {
                        Remember(name, text);
                    }
                    else
                    {
                        Learn(value);
                    }
                }

                break;

            case JsonArray items:
                foreach (var item in items.Take(5))
                {
                    Learn(item);
                }

                break;
        }
    }

    private void Remember(string name, string text)
    {
        var texts = _seen.GetOrAdd(name, _ => []);
        texts.Enqueue(text);
        if (texts.Count > MostRemembered)
        {
            texts.TryDequeue(out _);
        }
    }

    private string? Recall(string name, Random random)
        => _seen.TryGetValue(name, out var texts) && texts.ToArray() is { Length: > 0 } all ? all[random.Next(all.Length)] : null;

    private string Address(Operation operation, Random random)
    {
        var path = operation.Path;
        foreach (var parameter in operation.Parameters.Where(parameter => parameter.In == "path"))
        {
            var value = Chance(random, 60) ? Recall(parameter.Name, random) : null;
            value ??= Chance(random, 50) ? Guid.CreateVersion7().ToString() : Pick(random, s_inPath);
            path = path.Replace($"{{{parameter.Name}}}", value, StringComparison.Ordinal);
        }

        List<string> query = [];
        foreach (var parameter in operation.Parameters.Where(parameter => parameter.In == "query"))
        {
            while (Chance(random, 25))
            {
                query.Add($"{parameter.Name}={QueryValue(parameter, random)}");
            }
        }

        if (Chance(random, 5))
        {
            query.Add(Pick(random, NastyValues.Address));
        }

        return query.Count > 0 ? $"{path}?{string.Join('&', query)}" : path;
    }

    /// <summary>Descriptions name examples: their words are the best guess at what a parameter takes.</summary>
    private string QueryValue(Parameter parameter, Random random)
    {
        if (Chance(random, 50))
        {
            return Pick(random, NastyValues.Address);
        }

        if (parameter.Name is "after" or "next" && Recall("next", random) is { } cursor)
        {
            return cursor;
        }

        var words = Word().Matches(parameter.Description).Select(match => match.Value).ToArray();
        return words.Length > 0 ? Uri.EscapeDataString(Pick(random, words)) : "1";
    }

    private (string? Type, byte[]? Body) Body(Operation operation, Random random)
    {
        if (operation.Body is null)
        {
            return Chance(random, 5) ? ("application/json", Encoding.UTF8.GetBytes(Pick(random, NastyValues.Json))) : (null, null);
        }

        var type = Chance(random, 5) ? Pick(random, NastyValues.ContentTypes) : Chance(random, 1) ? null : "application/json";
        if (Chance(random, 3))
        {
            return (type, Encoding.UTF8.GetBytes(Pick(random, NastyValues.Json)));
        }

        var valid = Valid(operation.Body, random, depth: 0);
        List<string> nasty = [];
        for (var spoilt = random.Next(4); spoilt > 0; spoilt--)
        {
            Spoil(valid, random, nasty);
        }

        var text = valid?.ToJsonString() ?? "null";
        for (var i = 0; i < nasty.Count; i++)
        {
            text = text.Replace($"\"{Marker}{i}\"", nasty[i], StringComparison.Ordinal);
        }

        return (type, Chance(random, 15) ? Mangle(text, random) : Encoding.UTF8.GetBytes(text));
    }

    private JsonNode? Valid(JsonObject unresolved, Random random, int depth)
    {
        var schema = document.Resolve(unresolved);
        if (schema["oneOf"] is JsonArray choices)
        {
            return Valid(choices.Select(choice => choice!.AsObject()).Last(), random, depth);
        }

        if (schema["enum"] is JsonArray values)
        {
            return Pick(random, [.. values]) is { } value ? value.DeepClone() : null;
        }

        switch (ApiDocument.TypeOf(schema))
        {
            case "object" when schema["properties"] is JsonObject properties:
                var required = schema["required"]?.AsArray().Select(name => name!.GetValue<string>()).ToHashSet() ?? [];
                var made = new JsonObject();
                foreach (var (name, property) in properties)
                {
                    if (required.Contains(name) || Chance(random, 50))
                    {
                        made[name] = Named(name, random) ?? Valid(property!.AsObject(), random, depth + 1);
                    }
                }

                return made;

            case "object":
                return new JsonObject { ["a"] = 1 };

            case "array" when schema["items"] is JsonObject items && depth < 5:
                return new JsonArray([.. Enumerable.Range(0, Chance(random, 2) ? 1_001 : random.Next(4)).Select(_ => Valid(items, random, depth + 1))]);

            case "integer":
                return random.Next(-1, 100);

            case "number":
                return random.NextDouble();

            case "boolean":
                return Chance(random, 50);

            case "string" when schema["format"]?.GetValue<string>() == "date-time":
                return DateTimeOffset.UtcNow.ToString("o", CultureInfo.InvariantCulture);

            case "string" when schema["format"]?.GetValue<string>() == "uuid":
                return Guid.CreateVersion7().ToString();

            default:
                return Pick(random, ["I love this!", "terrible", "Grüße 😀", "a", "x1", $"text {random.Next(1_000)}"]);
        }
    }

    /// <summary>What fields of these names take is not in their schemas.</summary>
    private JsonNode? Named(string name, Random random) => name switch
    {
        "source" => $"fuzz-{random.Next(3)}",
        "language" => Pick(random, ["en", "pt-BR"]),
        "created_at" => DateTimeOffset.UtcNow.AddMinutes(-random.Next(10_000)).ToString("o", CultureInfo.InvariantCulture),
        "external_id" => $"{random.Next(200)}",
        "revision" => random.Next(1, 3),
        _ => Recall(name, random),
    };

    /// <summary>Changes one thing somewhere: another value, a member too many, one too few.</summary>
    private static void Spoil(JsonNode? root, Random random, List<string> nasty)
    {
        var places = new List<JsonNode>();
        Collect(root, places);
        if (places.Count == 0)
        {
            return;
        }

        var marked = $"{Marker}{nasty.Count}";
        switch (Pick(random, places))
        {
            case JsonObject members when members.Count > 0:
                var name = Pick(random, [.. members.Select(member => member.Key)]);
                switch (random.Next(10))
                {
                    case 0:
                        members.Remove(name);
                        return;

                    case 1:
                        members[Pick(random, ["unknown", "", "__proto__", "$type", "$ref", name.ToUpperInvariant(), name + " ", "a.b", "\u0000"])] = marked;
                        break;

                    // The same member twice: its value is followed by another one of the same name.
                    case 2:
                        nasty.Add($"{Pick(random, NastyValues.Json)},\"{name}\":\"again\"");
                        members[name] = marked;
                        return;

                    default:
                        members[name] = marked;
                        break;
                }

                break;

            case JsonArray { Count: > 0 } items:
                items[random.Next(items.Count)] = marked;
                break;

            default:
                return;
        }

        nasty.Add(Pick(random, NastyValues.Json));
    }

    private static void Collect(JsonNode? node, List<JsonNode> places)
    {
        if (node is JsonObject members)
        {
            places.Add(members);
            foreach (var (_, value) in members)
            {
                Collect(value, places);
            }
        }
        else if (node is JsonArray items)
        {
            places.Add(items);
            foreach (var item in items.Take(10))
            {
                Collect(item, places);
            }
        }
    }

    /// <summary>Spoils the bytes.</summary>
    private static byte[] Mangle(string text, Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        switch (random.Next(9))
        {
            case 0:
                return bytes[..random.Next(bytes.Length + 1)];
            case 1:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            case 2:
                return [.. bytes, .. "]}garbage"u8];
            case 3:
                return [0xEF, 0xBB, 0xBF, .. bytes];
            case 4:
                return Encoding.Unicode.GetBytes(text);
            case 5:
                return [.. bytes, .. bytes];
            case 6:
                return [.. "/* why */"u8, .. bytes];
            case 7:
                return [];
            default:
                return [.. bytes, .. new byte[random.Next(20) == 0 ? 1_100_000 : 10].Select(_ => (byte)' ')];
        }
    }

    private static bool Chance(Random random, int percent) => random.Next(100) < percent;

    private static T Pick<T>(Random random, IReadOnlyList<T> values) => values[random.Next(values.Count)];

    [GeneratedRegex("[A-Za-z0-9][A-Za-z0-9:._+-]*")]
    private static partial Regex Word();
}
