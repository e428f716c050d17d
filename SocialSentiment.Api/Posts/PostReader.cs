using Microsoft.EntityFrameworkCore;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Data.Entities;
using SocialSentiment.Api.Http;
using SocialSentiment.Contracts.Posts;

namespace SocialSentiment.Api.Posts;

/// <summary>Finds posts for those who ask.</summary>
internal sealed class PostReader(SentimentDbContext db)
{
    /// <summary>How many of the newest posts are searched before the index of words is asked.</summary>
    private const int Recent = 20_000;

    public async Task<PostResponse?> FindAsync(Guid id, CancellationToken cancellationToken)
        => await Rows(db.Posts.AsNoTracking().Where(post => post.Id == id)).SingleOrDefaultAsync(cancellationToken) is { } row ? ToResponse(row) : null;

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
        var posts = InOrder(filter);
        List<PostResponse> page;
        if (filter.Text is not { } text)
        {
            page = await PageAsync(posts, filter, cancellationToken);
        }
        else
        {
            // A common word is found soon among the newest posts; what is not found there is rare enough for the index,
            // which knows every post with a word but nothing of their order.
            page = await PageAsync(Containing(posts.Take(Recent), text), filter, cancellationToken);
            if (page.Count <= filter.Limit)
            {
                page = await PageAsync(Containing(InOrder(filter, byIndexOfWords: true), text), filter, cancellationToken);
            }
        }

        return new PostPage([.. page.Take(filter.Limit)], PageCursor.Next(page, filter.Limit, post => new PageCursor(post.CreatedAt, post.Id)));
    }

    private static async Task<List<PostResponse>> PageAsync(IQueryable<Post> posts, PostFilter filter, CancellationToken cancellationToken)
        => [.. (await Rows(posts.Take(filter.Limit + 1)).ToListAsync(cancellationToken)).Select(ToResponse)];

    private static IQueryable<Post> Containing(IQueryable<Post> posts, string text)
        => posts.Where(post => post.Words.Matches(EF.Functions.WebSearchToTsQuery(SentimentDbContext.SearchLanguage, text)));

    /// <summary>
    /// The posts that the filters other than the text let through, newest first. With <paramref name="byIndexOfWords"/>
    /// the order is put so that the database cannot get it from an index, and has no choice but to go by the words.
    /// </summary>
    private IQueryable<Post> InOrder(PostFilter filter, bool byIndexOfWords = false)
    {
        var posts = db.Posts.AsNoTracking();
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

        // By label and by state pages run along the index of the sentiments, which carry the post's time for that purpose.
        posts = filter.Label is not null || filter.Status == PostStatus.Dead ? AlongSentiments(posts, filter) : AlongPosts(posts, filter);
        return byIndexOfWords
            ? posts.OrderByDescending(post => post.CreatedAt + TimeSpan.Zero).ThenByDescending(post => post.Id)
            : posts;
    }

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

    /// <summary>What an answer needs of a post, and no more: its words stay where they are.</summary>
    private static IQueryable<Row> Rows(IQueryable<Post> posts)
        => posts.Select(post => new Row(
            post.Id, post.Revision, post.Text, post.Author, post.Source, post.ExternalId, post.Language, post.CreatedAt, post.AcceptedAt, post.EditedAt, post.Sentiment));

    private static PostResponse ToResponse(Row post) => new(
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

    private sealed record Row(
        Guid Id,
        int Revision,
        string Text,
        string? Author,
        string Source,
        string? ExternalId,
        string? Language,
        DateTimeOffset CreatedAt,
        DateTimeOffset AcceptedAt,
        DateTimeOffset? EditedAt,
        Sentiment Sentiment);
}
