using System.Text.Json.Nodes;

namespace SocialSentiment.Api.Tests.Fuzz;

/// <summary>A parameter of an operation.</summary>
internal sealed record Parameter(string Name, string In, JsonObject Schema, string Description);

/// <summary>Something that can be asked of the API, as its document describes it.</summary>
/// <param name="Body">The schema of what it takes, if it takes anything.</param>
/// <param name="Answers">The schemas of its JSON answers by status; null where the answer has no JSON.</param>
internal sealed record Operation(string Method, string Path, IReadOnlyList<Parameter> Parameters, JsonObject? Body, IReadOnlyDictionary<int, JsonObject?> Answers)
{
    public override string ToString() => $"{Method} {Path}";
}

/// <summary>The OpenAPI document that the running API serves.</summary>
internal sealed class ApiDocument
{
    private const string Json = "application/json";
    private readonly JsonObject _schemas;

    public ApiDocument(string json)
    {
        var root = JsonNode.Parse(json)!;
        _schemas = root["components"]!["schemas"]!.AsObject();
        Operations = [.. root["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => Read(path.Key, operation.Key, operation.Value!)))];
    }

    public IReadOnlyList<Operation> Operations { get; }

    /// <summary>The schema itself, where there is only its name.</summary>
    public JsonObject Resolve(JsonObject schema)
    {
        while (schema["$ref"] is { } reference)
        {
            schema = _schemas[reference.GetValue<string>().Split('/')[^1]]!.AsObject();
        }

        return schema;
    }

    /// <summary>What a schema says its values are, null aside.</summary>
    public static string? TypeOf(JsonObject schema) => schema["type"] switch
    {
        JsonArray many => many.Select(type => type!.GetValue<string>()).FirstOrDefault(type => type != "null"),
        { } one => one.GetValue<string>(),
        _ => null,
    };

    private static Operation Read(string path, string method, JsonNode operation) => new(
        method.ToUpperInvariant(),
        path,
        [.. (operation["parameters"]?.AsArray() ?? []).Select(parameter => new Parameter(
            parameter!["name"]!.GetValue<string>(),
            parameter["in"]!.GetValue<string>(),
            parameter["schema"]?.AsObject() ?? [],
            parameter["description"]?.GetValue<string>() ?? ""))],
        operation["requestBody"]?["content"]?[Json]?["schema"]?.AsObject(),
        operation["responses"]!.AsObject()
            .Where(answer => int.TryParse(answer.Key, out _))
            .ToDictionary(answer => int.Parse(answer.Key, System.Globalization.CultureInfo.InvariantCulture), answer => answer.Value!["content"]?[Json]?["schema"]?.AsObject()));
}
