using System.Net.Http.Json;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Labelling;

public sealed class LabellingTests(Servers servers)
{
    [Fact]
    public async Task A_result_becomes_the_label_and_its_provenance_is_kept()
    {
        var post = await servers.CreateAsync("to be labelled");
        var result = await servers.ResultForAsync(post, SentimentLabel.Negative, 0.75);
        await servers.PublishAsync(result);
        await servers.UntilAsync(post.Id, current => current.Status == PostStatus.Labelled);

        var detail = (await servers.ReadAsync(post.Id))!;
        Assert.Equal((SentimentLabel.Negative, 0.75, false, "test"), (detail.Post.Sentiment!.Label, detail.Post.Sentiment.Confidence, detail.Post.Sentiment.Provisional, detail.Post.Sentiment.Model));
        var analysis = Assert.Single(detail.Analyses);
        Assert.Equal(result.Probabilities, analysis.Probabilities);
        Assert.Equal(result.Provenance with { AnalysedAt = default }, analysis.Provenance with { AnalysedAt = default });
    }

    [Fact]
    public async Task A_result_that_comes_many_times_counts_once()
    {
        var post = await servers.CreateAsync("delivered again and again");
        var result = await servers.ResultForAsync(post, SentimentLabel.Positive);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => servers.PublishAsync(result)));
        await servers.UntilAsync(post.Id, current => current.Status == PostStatus.Labelled);
        await servers.SettleAsync();

        Assert.Single((await servers.ReadAsync(post.Id))!.Analyses);
        Assert.True((await servers.AccountAsync()).Balanced);
    }

    [Fact]
    public async Task A_second_opinion_on_the_same_job_comes_too_late()
    {
        var post = await servers.CreateAsync("labelled by a zombie, too");
        var result = await servers.ResultForAsync(post, SentimentLabel.Positive);
        await servers.PublishAsync(result);
        await servers.UntilAsync(post.Id, current => current.Status == PostStatus.Labelled);
        await servers.PublishAsync(result with { Label = SentimentLabel.Negative, Provenance = result.Provenance with { Attempt = 2 } });
        await servers.SettleAsync();

        var detail = (await servers.ReadAsync(post.Id))!;
        Assert.Equal(SentimentLabel.Positive, detail.Post.Sentiment!.Label);
        Assert.Single(detail.Analyses);
    }

    [Fact]
    public async Task Results_that_nobody_asked_for_change_nothing()
    {
        var post = await servers.CreateAsync("waiting");
        var result = await servers.ResultForAsync(post, SentimentLabel.Positive);
        await servers.PublishAsync(result with { JobId = Guid.NewGuid() });
        await servers.PublishAsync(result with { PostId = Guid.NewGuid() });
        await servers.PublishAsync(result with { Revision = 2 });
        await servers.SettleAsync();

        Assert.Equal(PostStatus.Pending, (await servers.ReadAsync(post.Id))!.Post.Status);
        var dead = (await servers.Http.GetFromJsonAsync("/dead-letters?limit=200", ContractsJson.Default.DeadLetterPage, TestContext.Current.CancellationToken))!;
        Assert.DoesNotContain(dead.Items, letter => letter.Body.Contains(result.JobId.ToString(), StringComparison.Ordinal) || letter.PostId == post.Id);
        Assert.True((await servers.AccountAsync()).Balanced);
    }

    [Fact]
    public async Task An_edit_makes_the_result_for_the_old_text_stale()
    {
        var post = await servers.CreateAsync("the first text");
        var stale = await servers.ResultForAsync(post, SentimentLabel.Positive);
        var edited = await EditAsync(post.Id, new EditPostRequest("the second text"));
        await servers.PublishAsync(stale);
        await servers.SettleAsync();
        Assert.Equal(PostStatus.Pending, (await servers.ReadAsync(post.Id))!.Post.Status);

        await servers.LabelAsync(edited, SentimentLabel.Negative);
        var detail = (await servers.ReadAsync(post.Id))!;
        Assert.Equal((2, SentimentLabel.Negative, "the second text"), (detail.Post.Revision, detail.Post.Sentiment!.Label, detail.Post.Text));
        Assert.Equal(2, Assert.Single(detail.Analyses).Revision);
        Assert.Equal("the first text", Assert.Single(detail.EarlierTexts).Text);
        Assert.True((await servers.AccountAsync()).Balanced);
    }

    [Fact]
    public async Task A_labelled_post_that_is_edited_keeps_its_history()
    {
        var source = Servers.NewSource();
        var post = await servers.CreateAsync("lovely", source);
        await servers.LabelAsync(post, SentimentLabel.Positive);
        var edited = await EditAsync(post.Id, new EditPostRequest("horrible", Revision: 1));
        Assert.Equal((2, PostStatus.Pending), (edited.Revision, edited.Status));
        Assert.Null(edited.Sentiment);
        await servers.LabelAsync(edited, SentimentLabel.Negative);

        Assert.Equal([2, 1], (await servers.ReadAsync(post.Id))!.Analyses.Select(analysis => analysis.Revision));
        Assert.Equal([post.Id], (await servers.ListAsync($"source={source}&q=horrible"))!.Items.Select(item => item.Id));
        Assert.Empty((await servers.ListAsync($"source={source}&q=lovely"))!.Items);
        Assert.True((await servers.AccountAsync()).Balanced);
    }

    [Fact]
    public async Task A_stale_edit_is_refused_and_the_same_edit_twice_is_one()
    {
        var post = await servers.CreateAsync("one");
        var edited = await EditAsync(post.Id, new EditPostRequest("two", Revision: 1));
        var again = await EditAsync(post.Id, new EditPostRequest("two", Revision: 1));
        using var stale = await PutAsync(post.Id, new EditPostRequest("three", Revision: 1));

        Assert.Equal((2, 2), (edited.Revision, again.Revision));
        Assert.Equal(System.Net.HttpStatusCode.Conflict, stale.StatusCode);
    }

    [Fact]
    public async Task A_deleted_post_does_not_come_back()
    {
        var source = Servers.NewSource();
        using var created = await servers.SendAsync(new { text = "to be forgotten", source, externalId = "d" }, "kd" + source);
        var post = (await created.Content.ReadFromJsonAsync(ContractsJson.Default.PostResponse, TestContext.Current.CancellationToken))!;
        var result = await servers.ResultForAsync(post, SentimentLabel.Positive);
        using var deleted = await servers.Http.DeleteAsync($"/posts/{post.Id}", TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NoContent, deleted.StatusCode);

        await servers.PublishAsync(result);
        await servers.SettleAsync();
        using var read = await servers.Http.GetAsync($"/posts/{post.Id}", TestContext.Current.CancellationToken);
        using var again = await servers.Http.DeleteAsync($"/posts/{post.Id}", TestContext.Current.CancellationToken);
        using var edited = await PutAsync(post.Id, new EditPostRequest("risen"));
        using var sameKey = await servers.SendAsync(new { text = "to be forgotten", source, externalId = "d" }, "kd" + source);
        using var sameId = await servers.SendAsync(new { text = "to be forgotten", source, externalId = "d" });
        using var batch = await Servers.SendAsync(servers.Http, new { posts = new[] { new { text = "to be forgotten", source, externalId = "d" } } }, path: "/posts/batch");

        Assert.All([read, again, edited, sameKey, sameId], response => Assert.Equal(System.Net.HttpStatusCode.Gone, response.StatusCode));
        Assert.Equal(PostOutcome.Deleted, (await batch.Content.ReadFromJsonAsync(ContractsJson.Default.PostBatchResponse, TestContext.Current.CancellationToken))!.Items[0].Outcome);
        Assert.Empty((await servers.ListAsync($"source={source}"))!.Items);
        Assert.True((await servers.AccountAsync()).Balanced);
    }

    [Fact]
    public async Task Edits_deletions_and_results_at_the_same_time_end_in_order()
    {
        var source = Servers.NewSource();
        var posts = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => servers.CreateAsync($"post {i}", source)));
        await Task.WhenAll(posts.Select(async (post, i) =>
        {
            var result = await servers.ResultForAsync(post, SentimentLabel.Positive);
            await Task.WhenAll(
                servers.PublishAsync(result),
                (i % 2) == 0 ? DoneAsync(PutAsync(post.Id, new EditPostRequest($"edited {i}"))) : Task.CompletedTask,
                (i % 3) == 0 ? DoneAsync(servers.Http.DeleteAsync($"/posts/{post.Id}", TestContext.Current.CancellationToken)) : Task.CompletedTask);
        }));
        await servers.SettleAsync();

        var left = (await Eventually.GetAsync(
            () => servers.ListAsync($"source={source}&limit=200"), page => page!.Items.All(post => post.Revision > 1 || post.Status == PostStatus.Labelled), TestContext.Current.CancellationToken))!.Items;
        Assert.Equal(posts.Where((_, i) => i % 3 != 0).Select(post => post.Id).Order(), left.Select(post => post.Id).Order());
        Assert.All(left, post => Assert.Equal(post.Revision == 1 ? PostStatus.Labelled : PostStatus.Pending, post.Status));
        Assert.True((await servers.AccountAsync()).Balanced);
    }

    /// <summary>It worked, or came after the deletion.</summary>
    private static async Task DoneAsync(Task<HttpResponseMessage> call)
    {
        using var response = await call;
        Assert.True(
            response.IsSuccessStatusCode || response.StatusCode == System.Net.HttpStatusCode.Gone,
            $"{response.StatusCode}: {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
    }

    private Task<HttpResponseMessage> PutAsync(Guid id, EditPostRequest edit)
        => servers.Http.PutAsJsonAsync($"/posts/{id}", edit, ContractsJson.Default.EditPostRequest, TestContext.Current.CancellationToken);

    private async Task<PostResponse> EditAsync(Guid id, EditPostRequest edit)
    {
        using var response = await PutAsync(id, edit);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.PostResponse, TestContext.Current.CancellationToken))!;
    }
}
