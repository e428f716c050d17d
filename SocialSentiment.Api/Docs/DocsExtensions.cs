using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace SocialSentiment.Api.Docs;

internal static class DocsExtensions
{
    private const string DocumentPath = "/openapi/v1.json";

    private static readonly string[] s_tags = ["Predictions", "Posts", "Replies", "Events", "Models", "Failsafe", "Accounting", "Dead letters", "Keys", "Health", "Status"];

    private static readonly (string Name, string Description)[] s_problem =
    [
        ("type", "A page that explains this kind of problem."),
        ("title", "The kind of problem, in a few words."),
        ("status", "The HTTP status code."),
        ("detail", "What is wrong this time."),
        ("instance", "What it happened to."),
    ];

    public static void AddDocs(this IHostApplicationBuilder builder)
        => builder.Services.AddOpenApi(options =>
        {
            options.AddSchemaTransformer(WireSchemas.Describe);
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "SocialSentiment API",
                    Version = "v1",
                    Description = "Reads social posts as they come in and says how people feel. JSON is snake_case; every error is an RFC 9457 problem with its trace_id.",
                };
                // What people come for first, what keeps it running last.
                document.Tags = new HashSet<OpenApiTag>(s_tags.Select(tag => new OpenApiTag { Name = tag }));
                DescribeReferences(document);
                DescribeProblems(document);
                WireSchemas.Correct(document);
                Examples.Write(document);
                return Task.CompletedTask;
            });
            options.AddAccess();
        });

    /// <summary>At <c>/docs</c> a page to read the document and try the API, for everybody; all of it is served from here.</summary>
    public static void UseDocsPage(this WebApplication app)
        => app.UseSwaggerUI(options =>
        {
            options.RoutePrefix = "docs";
            options.DocumentTitle = "SocialSentiment API";
            options.SwaggerEndpoint(DocumentPath, "v1");
        });

    public static void MapDocs(this WebApplication app) => app.MapOpenApi().AllowAnonymous();

    /// <summary>A property that holds another schema or null comes without a description; what it holds has one.</summary>
    private static void DescribeReferences(OpenApiDocument document)
    {
        foreach (var property in (document.Components?.Schemas?.Values ?? []).SelectMany(schema => schema.Properties?.Values ?? []))
        {
            if (property is OpenApiSchema { Description: null or "", OneOf: { } choices } schema)
            {
                schema.Description = choices.OfType<OpenApiSchemaReference>().FirstOrDefault()?.Description;
            }
        }
    }

    /// <summary>The framework's own schema, which it leaves without a word.</summary>
    private static void DescribeProblems(OpenApiDocument document)
    {
        if (document.Components?.Schemas is not { } schemas
            || !schemas.TryGetValue("ProblemDetails", out var found)
            || found is not OpenApiSchema { Properties: { } properties } problem)
        {
            return;
        }

        problem.Description = "What went wrong (RFC 9457). Where fields are at fault, `errors` names each with its reasons; `trace_id` leads to the trace.";
        foreach (var (name, description) in s_problem)
        {
            if (properties.TryGetValue(name, out var property))
            {
                property.Description = description;
            }
        }
    }
}
