namespace SocialSentiment.Api.Audit;

/// <summary>Notes every call that could change something, once its answer is known; it holds up none of them.</summary>
internal sealed class AuditMiddleware(RequestDelegate next, AuditWriter writer, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (ActionOf(context) is { } action)
        {
            var draft = new AuditDraft(context, action, time.GetUtcNow());
            context.Features.Set(draft);

            // Only then is it certain, also when the call ended with an exception.
            context.Response.OnCompleted(Complete, draft);
        }

        return next(context);
    }

    /// <summary>The operation's name, if it is one to note.</summary>
    private static string? ActionOf(HttpContext context)
        => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? null
            : context.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<NotAuditedMetadata>() is null
                ? endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? endpoint.RoutePattern.RawText
            : null;

    private Task Complete(object state)
    {
        var draft = (AuditDraft)state;
        if (!draft.IsWritten)
        {
            writer.Note(draft);
        }

        return Task.CompletedTask;
    }
}

/// <summary>Says of an endpoint that it changes nothing worth a line in the audit log, whatever its method.</summary>
internal sealed record NotAuditedMetadata;
