using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace SocialSentiment.ServiceDefaults.Http;

/// <summary>Reads a request's JSON, and says of what it cannot read which field is wrong and why.</summary>
public static class JsonBody
{
    public const int MaxBytes = 1024 * 1024;

    public static async Task<(T? Value, ProblemHttpResult? Problem)> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        if (!context.Request.HasJsonContentType() || !IsUtf8(context.Request))
        {
            return (null, TypedResults.Problem("Send JSON in UTF-8, with Content-Type: application/json.", statusCode: StatusCodes.Status415UnsupportedMediaType));
        }

        try
        {
            // Not ReadFromJsonAsync: it looks the charset up by itself, and fails over one in quotes.
            return await JsonSerializer.DeserializeAsync(context.Request.BodyReader, type, context.RequestAborted) is { } value
                ? (value, null)
                : (null, Validation.Problem("body", "is required"));
        }
        catch (JsonException error)
        {
            var (field, reason) = Explain(error);
            return (null, Validation.Problem(field, reason));
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, TypedResults.Problem($"The body may have up to {MaxBytes} bytes; send less at a time.", statusCode: StatusCodes.Status413PayloadTooLarge));
        }
    }

    /// <summary>One element of an array that was read as it came, so that a bad one does not spoil its neighbours.</summary>
    public static (T? Value, string Field, string Reason) Read<T>(JsonElement element, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return element.Deserialize(type) is { } value ? (value, "", "") : (null, "post", "is required");
        }
        catch (JsonException error)
        {
            var (field, reason) = Explain(error);
            return (null, field == "body" ? "post" : field, reason);
        }
    }

    /// <summary>JSON that travels is UTF-8 (RFC 8259); a charset that nobody knows would be an error of ours further on.</summary>
    private static bool IsUtf8(HttpRequest request)
        => request.GetTypedHeaders().ContentType?.Charset is not { Length: > 0 } charset
            || HeaderUtilities.RemoveQuotes(charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    /// <summary>The serializer's words are for programmers and name .NET types; its path is what the caller needs.</summary>
    private static (string Field, string Reason) Explain(JsonException error)
    {
        var field = error.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "body";
        var reason = error.Message switch
        {
            var message when message.StartsWith("must ", StringComparison.Ordinal) => message.Split(" Path: ")[0],
            var message when message.Contains("could not be mapped", StringComparison.Ordinal) => "is not a known field",
            _ when error.InnerException is InvalidOperationException { Message: var inner } && inner.Contains("UTF", StringComparison.Ordinal) => "is not valid Unicode",
            var message when error.InnerException is InvalidOperationException || message.Contains("could not be converted", StringComparison.Ordinal) => "has the wrong type",
            _ => "is not valid JSON",
        };
        return (field, reason);
    }
}
