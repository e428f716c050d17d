using System.Net;
using System.Net.Http.Json;
using Npgsql;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.DeadLetters;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Messaging;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.DeadLetters;

public sealed class DeadLetterTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_dies_on_its_queue_is_listed_with_its_reason_and_its_post_is_dead()
    {
        var post = await servers.CreateAsync("poison");
        await KillAsync(post, "Boom: it does not work");
        var dead = await servers.UntilAsync(post.Id, current => current.Status == PostStatus.Dead);

        Assert.Equal("rejected: Boom: it does not work", dead.DeadReason);
        var letter = await LetterOfAsync(post.Id);
        Assert.Equal(("analyze", "rejected", "Boom: it does not work", 3), (letter.Queue, letter.Reason, letter.Error, letter.Attempts));
        Assert.Contains(post.Id.ToString(), letter.Body, StringComparison.Ordinal);
        Assert.Equal([post.Id], (await servers.ListAsync($"source={post.Source}&status=dead"))!.Items.Select(item => item.Id));
        Assert.True((await servers.AccountAsync()).Balanced);
    }

    [Fact]
    public async Task Replayed_by_many_at_once_it_is_replayed_once_and_can_be_labelled()
    {
        var post = await servers.CreateAsync("poison at first");
        await KillAsync(post, "Boom");
        await servers.UntilAsync(post.Id, current => current.Status == PostStatus.Dead);
        var letter = await LetterOfAsync(post.Id);

        var replays = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => servers.Http.PostAsync($"/dead-letters/{letter.Id}/replay", null, Token)));
        Assert.Single(replays, response => response.StatusCode == HttpStatusCode.Accepted);
        Assert.Equal(9, replays.Count(response => response.StatusCode == HttpStatusCode.Conflict));

        var revived = await servers.UntilAsync(post.Id, current => current.Status == PostStatus.Pending);
        Assert.Null(revived.DeadReason);
        await servers.LabelAsync(revived, SentimentLabel.Neutral);
        Assert.NotNull((await LetterOfAsync(post.Id)).ReplayedAt);
        Assert.True((await servers.AccountAsync()).Balanced);
    }

    [Fact]
    public async Task The_same_death_twice_is_one_letter_and_a_late_result_does_not_raise_the_dead()
    {
        var post = await servers.CreateAsync("dies twice");
        var result = await servers.ResultForAsync(post, SentimentLabel.Positive);
        await KillAsync(post, "Boom");
        await KillAsync(post, "Boom");
        await servers.UntilAsync(post.Id, current => current.Status == PostStatus.Dead);
        await servers.PublishAsync(result);
        await servers.SettleAsync();

        Assert.Equal(PostStatus.Dead, (await servers.ReadAsync(post.Id))!.Post.Status);
        Assert.Single(await LettersAsync(), letter => letter.PostId == post.Id);
    }

    [Fact]
    public async Task A_death_after_the_label_leaves_the_label()
    {
        var post = await servers.CreateAsync("labelled, then a copy dies");
        var job = await servers.JobOfAsync(post.Id);
        await servers.LabelAsync(post, SentimentLabel.Positive);
        await KillAsync(post, "Boom", job);
        var letter = await LetterOfAsync(post.Id);

        Assert.Equal(PostStatus.Labelled, (await servers.ReadAsync(post.Id))!.Post.Status);
        using var replay = await servers.Http.PostAsync($"/dead-letters/{letter.Id}/replay", null, Token);
        Assert.Equal(HttpStatusCode.Conflict, replay.StatusCode);
        Assert.Null((await LetterOfAsync(post.Id)).ReplayedAt);
    }

    [Fact]
    public async Task Garbage_is_kept_for_inspection()
    {
        var garbage = $"this is no message {Guid.NewGuid()}";
        await servers.Publisher.PublishAsync(Queues.Results, new OutgoingMessage<byte[]>(System.Text.Encoding.UTF8.GetBytes(garbage), Guid.NewGuid().ToString()), Token);
        var letter = await Eventually.GetAsync(async () => (await LettersAsync()).FirstOrDefault(letter => letter.Body == garbage), letter => letter is not null, Token);

        Assert.Equal(("results", "malformed"), (letter!.Queue, letter.Reason));
        using var replay = await servers.Http.PostAsync($"/dead-letters/{letter.Id}/replay", null, Token);
        Assert.Equal(HttpStatusCode.Conflict, replay.StatusCode);
    }

    [Fact]
    public async Task Pages_lead_to_the_last_letter()
    {
        foreach (var i in Enumerable.Range(0, 3))
        {
            var post = await servers.CreateAsync($"dead {i}");
            await KillAsync(post, "Boom");
            await servers.UntilAsync(post.Id, current => current.Status == PostStatus.Dead);
        }

        var all = await LettersAsync();
        var paged = new List<DeadLetterResponse>();
        string? next = null;
        do
        {
            var page = (await servers.Http.GetFromJsonAsync($"/dead-letters?limit=2{(next is null ? "" : $"&after={next}")}", ContractsJson.Default.DeadLetterPage, Token))!;
            paged.AddRange(page.Items);
            next = page.Next;
        }
        while (next is not null);

        Assert.Subset(paged.Select(letter => letter.Id).ToHashSet(), all.Select(letter => letter.Id).ToHashSet());
        Assert.Equal(paged.Count, paged.DistinctBy(letter => letter.Id).Count());
    }

    [Fact]
    public async Task A_letter_that_never_was_cannot_be_replayed()
    {
        using var replay = await servers.Http.PostAsync($"/dead-letters/{Guid.NewGuid()}/replay", null, Token);

        Assert.Equal(HttpStatusCode.NotFound, replay.StatusCode);
    }

    /// <summary>What a worker does with a job that it cannot work on.</summary>
    private async Task KillAsync(PostResponse post, string error, Guid? job = null)
        => await servers.Publisher.PublishAsync(
            Queues.Dead,
            new OutgoingMessage<AnalyzeJob>(
                new AnalyzeJob(job ?? await servers.JobOfAsync(post.Id), post.Id, post.Revision, post.Text, null, post.AcceptedAt),
                Guid.NewGuid().ToString(),
                Headers: new Dictionary<string, object?> { ["x-origin"] = Queues.Analyze, ["x-reason"] = "rejected", ["x-error"] = error, ["x-attempts"] = 3 }),
            Token);

    private async Task<DeadLetterResponse> LetterOfAsync(Guid post)
        => (await Eventually.GetAsync(async () => (await LettersAsync()).FirstOrDefault(letter => letter.PostId == post), letter => letter is not null, Token))!;

    private async Task<IReadOnlyList<DeadLetterResponse>> LettersAsync()
        => (await servers.Http.GetFromJsonAsync("/dead-letters?limit=200", ContractsJson.Default.DeadLetterPage, Token))!.Items;
}
