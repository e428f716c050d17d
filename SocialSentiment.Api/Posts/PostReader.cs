using Microsoft.EntityFrameworkCore;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Data.Entities;
using SocialSentiment.Api.Http;
using SocialSentiment.Contracts.Posts;

namespace SocialSentiment.Api.Posts;

/// <summary>Finds posts for those who ask.</summary>
internal sealed class PostReader(SentimentDbContext db)
{
    public async Task<PostResponse?> FindAsync(Guid id, CancellationToken cancellationToken)
        => await Posts().SingleOrDefaultAsync(post => post.Id == id, cancellationToken) is { } post ? ToResponse(post) : null;

    public Task<bool> WasDeletedAsync(Guid id, CancellationToken cancellationToken)
        => db.DeletedPosts.AnyAsync(post => post.Id == id, cancellationToken);

    public async Task<PostDetailResponse?> FindDetailAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } post)
        {
            return null;
        }

        var analyses = await db.Analyses.AsNoTracking()
            .Where(analysis => analysis.PostId == id)
            .OrderByDescending(analysis => analysis.Id)
            .ToListAsync(cancellationToken);
        var texts = await db.EarlierTexts.AsNoTracking()
            .Where(text => text.PostId == id)
            .OrderByDescending(text => text.Revision)
            .Select(text => new PostRevision(text.Revision, text.Text, text.ReplacedAt))
            .ToListAsync(cancellationToken);
        return new PostDetailResponse(post, [.. analyses.OrderByDescending(analysis => analysis.AnalysedAt).Select(ToResponse)], texts);
    }

    public async Task<PostPage> ListAsync(PostFilter filter, CancellationToken cancellationToken)
    {
        var posts = Posts();

        // By label and by state pages run along the index of the sentiments, which carry the post's time for that purpose.
        var bySentiment = filter.Label is not null || filter.Status == PostStatus.Dead;
        if (filter.Label is { } label)
        {
            posts = posts.Where(post => post.Sentiment.Label == label);
        }

        if (filter.Status is { } status)
        {
            posts = posts.Where(post => post.Sentiment.Status == status);
        }

        if (filter.Source is { } source)
        {
            posts = posts.Where(post => post.Source == source);
        }

        if (filter.Author is { } author)
        {
            posts = posts.Where(post => post.Author == author);
        }

        if (filter.Text is { } text)
        {
            posts = posts.Where(post => EF.Functions.ToTsVector("simple", post.Text).Matches(EF.Functions.WebSearchToTsQuery("simple", text)));
        }

        posts = bySentiment ? AlongSentiments(posts, filter) : AlongPosts(posts, filter);
        var page = await posts.Take(filter.Limit + 1).ToListAsync(cancellationToken);
        var last = page.Count > filter.Limit ? page[filter.Limit - 1] : null;
        return new PostPage(
            [.. page.Take(filter.Limit).Select(ToResponse)],
            last is null ? null : new PageCursor(last.CreatedAt, last.Id).ToString());
    }

    private IQueryable<Post> Posts() => db.Posts.AsNoTracking().Include(post => post.Sentiment);

    private static IQueryable<Post> AlongPosts(IQueryable<Post> posts, PostFilter filter)
    {
        if (filter.From is { } from)
        {
            posts = posts.Where(post => post.CreatedAt >= from);
        }

        if (filter.To is { } to)
        {
            posts = posts.Where(post => post.CreatedAt < to);
        }

        if (filter.After is { } after)
        {
            posts = posts.Where(post => EF.Functions.LessThan(ValueTuple.Create(post.CreatedAt, post.Id), ValueTuple.Create(after.At, after.Id)));
        }

        return posts.OrderByDescending(post => post.CreatedAt).ThenByDescending(post => post.Id);
    }

    private static IQueryable<Post> AlongSentiments(IQueryable<Post> posts, PostFilter filter)
    {
        if (filter.From is { } from)
        {
            posts = posts.Where(post => post.Sentiment.CreatedAt >= from);
        }

        if (filter.To is { } to)
        {
            posts = posts.Where(post => post.Sentiment.CreatedAt < to);
        }

        if (filter.After is { } after)
        {
            posts = posts.Where(post => EF.Functions.LessThan(ValueTuple.Create(post.Sentiment.CreatedAt, post.Sentiment.PostId), ValueTuple.Create(after.At, after.Id)));
        }

        return posts.OrderByDescending(post => post.Sentiment.CreatedAt).ThenByDescending(post => post.Sentiment.PostId);
    }

    private static PostResponse ToResponse(Post post) => new(
        post.Id,
        post.Revision,
        post.Sentiment.Status,
        post.Text,
        post.Author,
        post.Source,
        post.ExternalId,
        post.Language,
        post.CreatedAt,
        post.AcceptedAt,
        post.EditedAt,
        post.Sentiment is { Label: { } label, Confidence: { } confidence, Model: { } model, AnalysedAt: { } analysedAt } sentiment
            ? new PostSentiment(label, PostRow.Confidence(confidence), sentiment.Status == PostStatus.Pending, model, analysedAt)
            : null,
        post.Sentiment.DeadReason);

    private static PostAnalysis ToResponse(Analysis analysis) => new(
        analysis.Revision,
        analysis.Label,
        PostRow.Confidence(analysis.Confidence),
        new LabelProbabilities(PostRow.Confidence(analysis.Negative), PostRow.Confidence(analysis.Neutral), PostRow.Confidence(analysis.Positive)),
        analysis.Provisional,
        new Provenance(
            analysis.Model,
            analysis.Version,
            analysis.Precision,
            analysis.Attempt,
            analysis.Worker,
            analysis.TraceId,
            PostRow.Confidence(analysis.DurationMs),
            analysis.AnalysedAt));
}
