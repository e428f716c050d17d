using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using SocialSentiment.Api.Keys;
using SocialSentiment.ServiceDefaults.Security;

namespace SocialSentiment.Api.Docs;

/// <summary>Says of every operation that is not open to everybody how to show a key, and how it answers without the right one.</summary>
internal static class AccessDocs
{
    private const string HeaderScheme = "api_key";
    private const string BearerScheme = "bearer";
    private const string ProblemSchema = "ProblemDetails";
    private const string ProblemType = "application/problem+json";

    public static void AddAccess(this OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[HeaderScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ShownKey.Header,
                Description = "A key of POST /keys, or the service key. In Development calls from the same machine need none.",
            };
            document.Components.SecuritySchemes[BearerScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The same key, as a bearer token.",
            };
            return Task.CompletedTask;
        });

        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<IAllowAnonymous>().Any())
            {
                return Task.CompletedTask;
            }

            var scope = ScopeRequirement.NeededBy(metadata.OfType<ScopeMetadata>().LastOrDefault(), context.Description.HttpMethod!).ToString().ToLowerInvariant();
            operation.Security =
            [
                new() { [new OpenApiSecuritySchemeReference(HeaderScheme, context.Document)] = [] },
                new() { [new OpenApiSecuritySchemeReference(BearerScheme, context.Document)] = [] },
            ];
            operation.Responses ??= [];
            Add("401", "No valid key was shown.");
            Add("403", $"The key lacks the scope {scope}.");
            Add("429", "The key, or the address, has asked too much; Retry-After says when to come back.");
            return Task.CompletedTask;

            void Add(string status, string description) => operation.Responses.TryAdd(status, new OpenApiResponse
            {
                Description = description,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [ProblemType] = new() { Schema = new OpenApiSchemaReference(ProblemSchema, context.Document) },
                },
            });
        });
    }
}
