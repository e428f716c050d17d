using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Http;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.ServiceDefaults.Http;

namespace SocialSentiment.Api.Posts;

/// <summary>Posts: taking them in, finding them, editing and deleting them.</summary>
internal static class PostsApi
{
    private const string KeyHeader = "Idempotency-Key";

    public static void MapPosts(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/posts").WithTags("Posts");

        group.MapPost("", CreateAsync)
            .WithName("CreatePost")
            .WithSummary("Takes a post in. It is stored when this answers, and labelled a moment later.")
            .WithDescription("201: it is new. 200: the same key, or the same source and external id, came before with the same content; the answer is that post. 503: nobody knows whether it was stored; send it again with the same Idempotency-Key.")
            .Accepts<CreatePostRequest>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status410Gone)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        group.MapPost("/batch", CreateManyAsync)
            .WithName("CreatePosts")
            .WithSummary("Takes up to 1,000 posts in; each is accepted or refused by itself.")
            .WithDescription("With an Idempotency-Key, the post at index i has the key <key>/<i>.")
            .Accepts<CreatePostsRequest>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        group.MapGet("", ListAsync)
            .WithName("ListPosts")
            .WithSummary("Posts, newest first, a page at a time.")
            .ProducesProblem(StatusCodes.Status400BadRequest);

        group.MapGet("/{id:guid}", GetAsync)
            .WithName("GetPost")
            .WithSummary("A post with every analysis and every earlier text.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status410Gone);

        group.MapPut("/{id:guid}", EditAsync)
            .WithName("EditPost")
            .WithSummary("Replaces a post's text: a new revision, analysed again. Results for the old text no longer count.")
            .Accepts<EditPostRequest>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status410Gone);

        group.MapDelete("/{id:guid}", DeleteAsync)
            .WithName("DeletePost")
            .WithSummary("Deletes a post for good: its text is gone, and it does not come back when it is sent again under its external id.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status410Gone);
    }

    private static async Task<Results<Created<PostResponse>, Ok<PostResponse>, ProblemHttpResult>> CreateAsync(
        HttpContext context,
        PostIntake intake,
        PostReader reader,
        TimeProvider time,
        CancellationToken cancellationToken,
        [FromHeader(Name = KeyHeader), System.ComponentModel.Description("Makes it safe to send the same post again: up to 200 printable characters of your choice, remembered for two days.")] string? idempotencyKey = null)
    {
        var (request, problem) = await JsonBody.ReadAsync(context, ContractsJson.Default.CreatePostRequest);
        if (request is null)
        {
            return problem!;
        }

        var validation = new Validation();
        var key = PostRules.CheckKey(idempotencyKey, validation);
        var post = PostRules.Check(request, key is null ? null : ContentHash.OfKey(key), time.GetUtcNow(), validation);
        if (post is null)
        {
            return validation.ToProblem();
        }

        post.TraceParent = TraceParents.Current(traced: true);
        post.Priority = NewPost.SinglePriority;

        var (results, unavailable) = await WriteAsync(context, intake, [post], cancellationToken);
        if (results is null)
        {
            return unavailable!;
        }

        switch (results[0])
        {
            case { Outcome: PostOutcome.Accepted }:
                return TypedResults.Created($"/posts/{post.Id}", post.ToResponse());

            case { Outcome: PostOutcome.Existing, Id: { } id } when await reader.FindAsync(id, cancellationToken) is { } existing:
                return TypedResults.Ok(existing);

            case { Outcome: PostOutcome.Conflict }:
                return TypedResults.Problem("The same key or external id was sent before with another content.", statusCode: StatusCodes.Status409Conflict);

            default:
                return Gone();
        }
    }

    private static async Task<Results<Ok<PostBatchResponse>, ProblemHttpResult>> CreateManyAsync(
        HttpContext context,
        PostIntake intake,
        TimeProvider time,
        CancellationToken cancellationToken,
        [FromHeader(Name = KeyHeader), System.ComponentModel.Description("Makes it safe to send the same batch again: the post at index i has the key `<key>/<i>`.")] string? idempotencyKey = null)
    {
        var (request, problem) = await JsonBody.ReadAsync(context, PostsJson.Default.PostBatchEnvelope);
        if (request is null)
        {
            return problem!;
        }

        var validation = new Validation();
        var key = PostRules.CheckKey(idempotencyKey, validation);
        if (request.Posts is not { Count: > 0 and <= TextRules.MaxBatch })
        {
            validation.Add("posts", $"must be 1 to {TextRules.MaxBatch} posts");
        }

        if (validation.Failed)
        {
            return validation.ToProblem();
        }

        var items = new PostBatchItem[request.Posts!.Count];
        var posts = new List<NewPost>(items.Length);
        var indexes = new List<int>(items.Length);
        var now = time.GetUtcNow();
        for (var i = 0; i < items.Length; i++)
        {
            var (post, errors) = ReadItem(request.Posts[i], key is null ? null : ContentHash.OfKey($"{key}/{i}"), now);
            if (post is null)
            {
                items[i] = new PostBatchItem(i, PostOutcome.Invalid, Errors: errors);
                continue;
            }

            post.TraceParent = TraceParents.Current(traced: posts.Count == 0);
            posts.Add(post);
            indexes.Add(i);
        }

        var (results, unavailable) = await WriteAsync(context, intake, posts, cancellationToken);
        if (results is null)
        {
            return unavailable!;
        }

        for (var i = 0; i < results.Count; i++)
        {
            items[indexes[i]] = new PostBatchItem(indexes[i], results[i].Outcome, results[i].Id);
        }

        var accepted = items.Count(item => item.Outcome == PostOutcome.Accepted);
        var existing = items.Count(item => item.Outcome == PostOutcome.Existing);
        return TypedResults.Ok(new PostBatchResponse(accepted, existing, items.Length - accepted - existing, items));
    }

    private static (NewPost? Post, IReadOnlyDictionary<string, string[]>? Errors) ReadItem(JsonElement item, byte[]? keyHash, DateTimeOffset now)
    {
        var validation = new Validation();
        var (request, field, reason) = JsonBody.Read(item, ContractsJson.Default.CreatePostRequest);
        if (request is null)
        {
            validation.Add(field, reason);
            return (null, validation.Errors);
        }

        var post = PostRules.Check(request, keyHash, now, validation);
        return (post, validation.Errors);
    }

    private static async Task<(IReadOnlyList<WriteResult>? Results, ProblemHttpResult? Unavailable)> WriteAsync(
        HttpContext context, PostIntake intake, IReadOnlyList<NewPost> posts, CancellationToken cancellationToken)
    {
        try
        {
            return (await intake.WriteAsync(posts, cancellationToken), null);
        }
        catch (OverloadedException error)
        {
            return (null, Unavailable.Because(context, error.Message));
        }
        catch (Exception error) when (DatabaseErrors.IsTransient(error))
        {
            return (null, Unavailable.Because(context, "The database does not answer; whether the post was stored is not known. Send it again with the same Idempotency-Key."));
        }
    }

    private static async Task<Results<Ok<PostPage>, ProblemHttpResult>> ListAsync([AsParameters] PostQuery query, PostReader reader, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        var filter = query.Parse(validation);
        return validation.Failed ? validation.ToProblem() : TypedResults.Ok(await reader.ListAsync(filter, cancellationToken));
    }

    private static async Task<Results<Ok<PostDetailResponse>, ProblemHttpResult>> GetAsync(Guid id, PostReader reader, CancellationToken cancellationToken)
        => await reader.FindDetailAsync(id, cancellationToken) is { } post
            ? TypedResults.Ok(post)
            : await MissingAsync(id, reader, cancellationToken);

    private static async Task<Results<Ok<PostResponse>, ProblemHttpResult>> EditAsync(
        Guid id, HttpContext context, PostEditor editor, PostReader reader, CancellationToken cancellationToken)
    {
        var (request, problem) = await JsonBody.ReadAsync(context, ContractsJson.Default.EditPostRequest);
        if (request is null)
        {
            return problem!;
        }

        var validation = new Validation();
        var text = TextRules.Check(request.Text, "text", validation);
        if (request.Revision is < 1)
        {
            validation.Add("revision", "must be 1 or more");
        }

        if (validation.Failed)
        {
            return validation.ToProblem();
        }

        return await editor.EditAsync(id, text!, request.Revision, cancellationToken) switch
        {
            EditOutcome.Stale => TypedResults.Problem("The post has been edited since that revision; read it again.", statusCode: StatusCodes.Status409Conflict),
            EditOutcome.Done when await reader.FindAsync(id, cancellationToken) is { } post => TypedResults.Ok(post),
            _ => await MissingAsync(id, reader, cancellationToken),
        };
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(Guid id, PostEditor editor, PostReader reader, CancellationToken cancellationToken)
        => await editor.DeleteAsync(id, cancellationToken)
            ? TypedResults.NoContent()
            : await MissingAsync(id, reader, cancellationToken);

    private static async Task<ProblemHttpResult> MissingAsync(Guid id, PostReader reader, CancellationToken cancellationToken)
        => await reader.WasDeletedAsync(id, cancellationToken)
            ? Gone()
            : TypedResults.Problem("There is no such post.", statusCode: StatusCodes.Status404NotFound);

    private static ProblemHttpResult Gone()
        => TypedResults.Problem("The post was deleted.", statusCode: StatusCodes.Status410Gone);
}
