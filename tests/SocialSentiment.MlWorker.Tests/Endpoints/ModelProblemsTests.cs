using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SocialSentiment.MlWorker.Endpoints;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Models.Hub;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.ServiceDefaults.Errors;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Endpoints;

public sealed class ModelProblemsTests : IAsyncLifetime
{
    private Exception _error = new InvalidOperationException();
    private TestWebApp _app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _app = await TestWebApp.StartAsync(
        builder =>
        {
            builder.AddServiceDefaults();
            builder.Services.AddExceptionHandler<ModelProblems>();
        },
        app =>
        {
            app.UseProblems();
            app.MapGet("/", string () => throw _error);
        },
        Token);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData(ModelError.Unknown, 404, null)]
    [InlineData(ModelError.NotPresent, 409, null)]
    [InlineData(ModelError.Refused, 422, null)]
    [InlineData(ModelError.Unusable, 422, null)]
    [InlineData(ModelError.TooLarge, 507, null)]
    [InlineData(ModelError.Overloaded, 429, "2")]
    [InlineData(ModelError.TimedOut, 504, null)]
    [InlineData(ModelError.Failed, 500, null)]
    [InlineData(ModelError.Broken, 503, "2")]
    [InlineData(ModelError.Unavailable, 503, "2")]
    [InlineData(ModelError.Busy, 409, null)]
    public async Task What_a_model_complains_about_is_a_problem(object error, int status, string? retryAfter)
    {
        _error = new ModelException((ModelError)error, "for people");

        await AssertProblemAsync(status, retryAfter);
    }

    [Theory]
    [InlineData(HubError.InvalidName, 400, null)]
    [InlineData(HubError.NotFound, 404, null)]
    [InlineData(HubError.Unauthorized, 403, null)]
    [InlineData(HubError.RateLimited, 503, "90")]
    [InlineData(HubError.Offline, 409, null)]
    [InlineData(HubError.Unreachable, 502, null)]
    [InlineData(HubError.BadAnswer, 502, null)]
    [InlineData(HubError.Unsafe, 422, null)]
    [InlineData(HubError.Tampered, 422, null)]
    [InlineData(HubError.Unusable, 422, null)]
    [InlineData(HubError.DiskFull, 507, null)]
    [InlineData(HubError.Storage, 500, null)]
    public async Task What_the_hub_complains_about_is_a_problem(object error, int status, string? retryAfter)
    {
        _error = new HubException((HubError)error, "for people") { RetryAfter = TimeSpan.FromSeconds(89.5) };

        await AssertProblemAsync(status, retryAfter);
    }

    [Fact]
    public async Task What_nobody_knows_stays_private()
    {
        _error = new InvalidOperationException("private words");
        using var http = _app.Client();

        var body = await http.GetAsync("/", Token);

        Assert.Equal(500, (int)body.StatusCode);
        Assert.DoesNotContain("private words", await body.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private async Task AssertProblemAsync(int status, string? retryAfter)
    {
        using var http = _app.Client();
        using var response = await http.GetAsync("/", Token);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement;

        Assert.Equal((status, status, "for people"), ((int)response.StatusCode, problem.GetProperty("status").GetInt32(), problem.GetProperty("detail").GetString()));
        Assert.Equal(retryAfter, response.Headers.TryGetValues("Retry-After", out var values) ? values.Single() : null);
    }
}
