using System.Globalization;
using System.Net;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts.Keys;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.RateLimits;

public sealed class RateLimitTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_gets_what_its_limit_says_then_429_and_then_some_more()
    {
        // One a second, ten at once.
        using var http = servers.Api.ClientWith((await TestKeys.CreateAsync(servers.Http, Scope.Read, requestsPerMinute: 60)).Key);
        using var first = await http.GetAsync("/status", Token);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal((10, 9, 1), (Number(first, "RateLimit-Limit"), Number(first, "RateLimit-Remaining"), Number(first, "RateLimit-Reset")));

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => http.GetAsync("/status", Token)));
        var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.Equal((10, 0), (Number(refused, "RateLimit-Limit"), Number(refused, "RateLimit-Remaining")));
        Assert.InRange(Number(refused, "RateLimit-Reset"), 9, 10);
        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.OK), 9, 39);

        // What is open to everybody is not counted, another key has a limit of its own, and the wait is no longer than was said.
        Assert.Equal(HttpStatusCode.OK, await TestKeys.StatusAsync(http, "/alive"));
        using var other = servers.Api.ClientWith((await TestKeys.CreateAsync(servers.Http, Scope.Read, requestsPerMinute: 60)).Key);
        Assert.Equal(HttpStatusCode.OK, await TestKeys.StatusAsync(other));
        await Eventually.GetAsync(() => TestKeys.StatusAsync(http), status => status == HttpStatusCode.OK, Token);
    }

    [Fact]
    public async Task A_key_without_a_limit_of_its_own_has_the_services_and_the_service_has_none()
    {
        using var http = servers.Api.ClientWith((await TestKeys.CreateAsync(servers.Http, Scope.Read)).Key);
        using var limited = await http.GetAsync("/status", Token);
        Assert.Equal((1_000, 999), (Number(limited, "RateLimit-Limit"), Number(limited, "RateLimit-Remaining")));

        using var unlimited = await servers.Http.GetAsync("/status", Token);
        Assert.False(unlimited.Headers.Contains("RateLimit-Limit"));
    }

    [Fact]
    public async Task Who_tries_many_keys_is_told_to_wait_and_a_neighbour_with_a_key_is_not()
    {
        await using var api = ApiFactory.OnSocket(
            servers.Postgres.ConnectionString, servers.RabbitMq.ConnectionString, ("RateLimits:FailuresPerSecond", "5"), ("Posts:ProvisionalAfter", "01:00:00"));
        using var neighbour = api.CreateClient();
        using var http = api.ClientWith("wrong");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => http.GetAsync("/posts", Token)));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.Unauthorized);
        var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.Equal(HttpStatusCode.OK, await TestKeys.StatusAsync(neighbour));
    }

    private static int Number(HttpResponseMessage response, string header)
        => int.Parse(Assert.Single(response.Headers.GetValues(header)), CultureInfo.InvariantCulture);
}
