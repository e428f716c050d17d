using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace SocialSentiment.Api.Docs;

internal static class DocsExtensions
{
    private const string DocumentPath = "/openapi/v1.json";

    public static void AddDocs(this IHostApplicationBuilder builder)
        => builder.Services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "SocialSentiment API",
                Version = "v1",
                Description = "Reads social posts as they come in and says how people feel. JSON is snake_case; every error is an RFC 9457 problem with its trace_id.",
            };
            return Task.CompletedTask;
        }));

    /// <summary>Maps the OpenAPI document and, at <c>/docs</c>, a page to read and try it. All of it is served from here.</summary>
    public static void MapDocs(this WebApplication app)
    {
        app.MapOpenApi();
        app.UseSwaggerUI(options =>
        {
            options.RoutePrefix = "docs";
            options.DocumentTitle = "SocialSentiment API";
            options.SwaggerEndpoint(DocumentPath, "v1");
        });
    }
}
