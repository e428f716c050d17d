using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Predictions;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Endpoints;

/// <summary>The worker as a process, asked over a real queue as the API asks it.</summary>
[Collection(ModelServices.Collection)]
public sealed class PredictQueueTests(ModelServices services) : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private IHost _api = null!;
    private ModelService _worker = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:rabbitmq", services.RabbitMq.ConnectionString)]);
        builder.AddServiceDefaults();
        builder.AddMessaging();
        _api = builder.Build();
        await _api.StartAsync(Token);
        _worker = await ModelService.StartAsync(services, name: $"asked-{Guid.NewGuid():N}");
    }

    [Fact]
    public async Task Texts_are_answered_in_order_and_what_is_wrong_with_one_is_its_own_affair()
    {
        var reply = await AskAsync(["I love this, it is wonderful!", "", "I hate this, it is horrible."]);

        Assert.Null(reply.Refusal);
        var answer = reply.Answer!;
        Assert.Equal(("vader", "rules", 3, 1), (answer.ModelUsed, answer.Precision, answer.BatchSize, answer.Failed));
        Assert.Equal([SentimentLabel.Positive, null, SentimentLabel.Negative], answer.Results.Select(result => result.Sentiment));
        Assert.Contains("blank", answer.Results[1].Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-model", PredictRefusalKind.Unknown)]
    [InlineData("distilbert", PredictRefusalKind.NotHere)]
    public async Task What_it_cannot_do_it_says_instead_of_failing(string model, PredictRefusalKind kind)
    {
        var reply = await AskAsync(["good"], model);

        Assert.Null(reply.Answer);
        Assert.Equal(kind, reply.Refusal!.Kind);
        Assert.Contains(model, reply.Refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_at_once_each_get_their_own_answer()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => AskAsync([.. Enumerable.Repeat(i % 2 == 0 ? "good" : "bad", (i % 5) + 1)])));

        Assert.All(replies.Index(), reply =>
        {
            Assert.Equal((reply.Index % 5) + 1, reply.Item.Answer!.Results.Count);
            Assert.All(reply.Item.Answer.Results, result => Assert.Equal(reply.Index % 2 == 0 ? SentimentLabel.Positive : SentimentLabel.Negative, result.Sentiment));
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _api.StopAsync();
        _api.Dispose();
    }

    private Task<PredictReply> AskAsync(IReadOnlyList<string?> texts, string? model = null)
        => _api.Services.GetRequiredService<RpcClient>().CallAsync<PredictBatchRequest, PredictReply>(Queues.Predict, new PredictBatchRequest(texts, model), s_patience, Token);
}
