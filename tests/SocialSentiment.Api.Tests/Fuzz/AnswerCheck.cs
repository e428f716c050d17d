using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SocialSentiment.Api.Tests.Fuzz;

/// <summary>What every answer owes its caller, whatever the question was.</summary>
internal sealed class AnswerCheck(ApiDocument document)
{
    /// <summary>What is wrong with an answer; null if nothing is.</summary>
    public string? Complaint(FuzzCase asked, HttpResponseMessage answer, string body, out JsonNode? json)
    {
        json = null;
        var status = (int)answer.StatusCode;
        if (status >= 500 && (answer.StatusCode != HttpStatusCode.ServiceUnavailable || !ExplainsItself(asked, answer)))
        {
            return $"{status}";
        }

        if (asked.Method == "HEAD" || status is 204 or 304 || (status is >= 300 and < 400))
        {
            return null;
        }

        var type = answer.Content.Headers.ContentType?.MediaType;
        if (status >= 400)
        {
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable && type == "application/json")
            {
                // The health of something, which is its own kind of answer.
                return Against(asked, status, body, out json);
            }

            return type == "application/problem+json" ? ProblemComplaint(status, body) : $"{status} is {type ?? "without a body"}, not a problem";
        }

        return type == "text/event-stream" ? null : Against(asked, status, body, out json);
    }

    private static bool ExplainsItself(FuzzCase asked, HttpResponseMessage answer)
        => answer.Headers.RetryAfter is not null || asked.Operation.Answers.GetValueOrDefault((int)answer.StatusCode) is not null;

    private static string? ProblemComplaint(int status, string body)
    {
        if (!TryParse(body, out var problem) || problem is not JsonObject members)
        {
            return $"{status} has no JSON";
        }

        if (members["status"]?.GetValue<int>() != status || members["title"] is null || members["trace_id"] is null)
        {
            return $"{status} lacks its status, title or trace_id: {body}";
        }

        return status == 400 && members["errors"] is not JsonObject { Count: > 0 } ? $"400 names no field: {body}" : null;
    }

    private string? Against(FuzzCase asked, int status, string body, out JsonNode? json)
    {
        json = null;
        if (asked.Method != asked.Operation.Method)
        {
            return null;
        }

        if (!asked.Operation.Answers.TryGetValue(status, out var schema))
        {
            return $"{status} is not in the document";
        }

        if (!TryParse(body, out json))
        {
            return $"{status} is no JSON";
        }

        return schema is null ? null : Mismatch(schema, json, "$") is { } where ? $"{status} is not as documented: {where}" : null;
    }

    /// <summary>Where a value has what its schema does not know, or lacks what its schema promises.</summary>
    private string? Mismatch(JsonObject unresolved, JsonNode? value, string path)
    {
        var schema = document.Resolve(unresolved);
        if (schema["oneOf"] is JsonArray choices)
        {
            return value is null ? null : choices.Select(choice => choice!.AsObject()).Where(choice => ApiDocument.TypeOf(choice) is not null || choice["$ref"] is not null)
                .Select(choice => Mismatch(choice, value, path)).MinBy(mismatch => mismatch is null ? 0 : 1);
        }

        switch (value)
        {
            case JsonObject members when schema["properties"] is JsonObject properties:
                foreach (var (name, member) in members)
                {
                    if (properties[name] is not JsonObject property)
                    {
                        return $"{path}.{name} is not documented";
                    }

                    if (Mismatch(property, member, $"{path}.{name}") is { } deeper)
                    {
                        return deeper;
                    }
                }

                return schema["required"]?.AsArray().Select(name => name!.GetValue<string>()).FirstOrDefault(name => !members.ContainsKey(name)) is { } missing
                    ? $"{path}.{missing} is missing"
                    : null;

            case JsonArray items when schema["items"] is JsonObject each:
                return items.Select((item, i) => Mismatch(each, item, $"{path}[{i}]")).FirstOrDefault(mismatch => mismatch is not null);

            case JsonValue leaf when leaf.GetValueKind() is var kind:
                var expected = ApiDocument.TypeOf(schema);
                return expected switch
                {
                    "string" when kind != JsonValueKind.String => $"{path} is {kind}",
                    "integer" or "number" when kind != JsonValueKind.Number => $"{path} is {kind}",
                    "boolean" when kind is not (JsonValueKind.True or JsonValueKind.False) => $"{path} is {kind}",
                    "object" or "array" => $"{path} is {kind}",
                    _ => schema["enum"] is JsonArray values && !values.Any(one => one?.ToString() == leaf.ToString()) ? $"{path} is {leaf}" : null,
                };

            default:
                return null;
        }
    }

    private static bool TryParse(string body, out JsonNode? json)
    {
        try
        {
            json = JsonNode.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            json = null;
            return false;
        }
    }
}
