using System.Text.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using SocialSentiment.Contracts.Predictions;

namespace SocialSentiment.Api.Docs;

/// <summary>
/// Brings the schemas in line with what is on the wire, for those who generate clients: what is null is absent, numbers are
/// numbers, and moments are moments whoever converts them.
/// </summary>
internal static class WireSchemas
{
    private const string Request = "Request";

    public static Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if (type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?))
        {
            schema.Type = type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "date-time";
        }
        else if (type == typeof(FallbackReason?))
        {
            // What is never anything but optional goes without its own description otherwise.
            schema.Description = "Why the lexicon answered in a model's place.";
        }

        return Task.CompletedTask;
    }

    public static void Correct(OpenApiDocument document)
    {
        foreach (var (name, schema) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
        {
            // Of an enumeration that is only ever optional null is said to be a member.
            if (schema is OpenApiSchema { Enum: { } values } enumeration)
            {
                enumeration.Enum = [.. values.Where(value => value is not null && value.GetValueKind() != JsonValueKind.Null)];
            }

            foreach (var (property, value) in schema.Properties?.ToArray() ?? [])
            {
                if (Correct(value) is not { } correct)
                {
                    continue;
                }

                schema.Properties![property] = correct;

                // What a request has to have it has to have, null or not.
                if (!name.EndsWith(Request, StringComparison.Ordinal))
                {
                    schema.Required?.Remove(property);
                }
            }
        }
    }

    /// <returns>The schema without null; null if it had none.</returns>
    private static IOpenApiSchema? Correct(IOpenApiSchema value)
    {
        if (value is not OpenApiSchema schema)
        {
            return null;
        }

        CorrectNumber(schema);

        // Generators take a field with a default for one that is always there, also in what they send.
        schema.Default = null;
        if (schema.Items is OpenApiSchema items)
        {
            CorrectNumber(items);
        }

        if (schema.OneOf?.OfType<OpenApiSchemaReference>().ToArray() is [var only])
        {
            return only;
        }

        if (schema.Type?.HasFlag(JsonSchemaType.Null) != true)
        {
            return null;
        }

        schema.Type &= ~JsonSchemaType.Null;
        return schema;
    }

    /// <summary>The serializer would read numbers out of strings too; nobody needs to know.</summary>
    private static void CorrectNumber(OpenApiSchema schema)
    {
        const JsonSchemaType Numbers = JsonSchemaType.Integer | JsonSchemaType.Number;
        if (schema.Type is { } type && (type & Numbers) != 0 && type.HasFlag(JsonSchemaType.String))
        {
            schema.Type = type & ~JsonSchemaType.String;
            schema.Pattern = null;
        }
    }
}
