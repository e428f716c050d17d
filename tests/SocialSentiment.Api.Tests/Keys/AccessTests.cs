using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts.Keys;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Keys;

/// <summary>Who is let in where.</summary>
public sealed class AccessTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_key_nothing_answers_but_what_is_open_to_everybody()
    {
        await using var api = Patient();
        using var http = api.ClientWith(null);
        var operations = await OpenApi.ReadAsync(http);
        Assert.Equal(OpenApi.Open.Length, operations.Count(operation => operation.IsOpen));

        foreach (var operation in operations)
        {
            using var response = await operation.CallAsync(http);
            if (operation.IsOpen)
            {
                Assert.True(response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.ServiceUnavailable, $"{operation}: {response.StatusCode}");
                continue;
            }

            Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{operation}: {response.StatusCode}");
            Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }

        Assert.Equal(HttpStatusCode.OK, await TestKeys.StatusAsync(http, "/docs/index.html"));
        Assert.Equal(HttpStatusCode.Unauthorized, await TestKeys.StatusAsync(http, "/nothing/here"));
        Assert.Equal(HttpStatusCode.NotFound, await TestKeys.StatusAsync(servers.Http, "/nothing/here"));
    }

    [Fact]
    public async Task Each_scope_opens_what_it_names_and_nothing_above_it()
    {
        await using var api = Patient();
        using var admin = api.CreateClient();
        await Servers.HealthyAsync(admin);
        foreach (var scope in Enum.GetValues<Scope>())
        {
            using var http = api.ClientWith((await TestKeys.CreateAsync(admin, scope)).Key);
            foreach (var operation in await OpenApi.ReadAsync(http))
            {
                var needed = operation.IsAdmins ? Scope.Admin : operation.Changes ? Scope.Write : Scope.Read;
                using var response = await operation.CallAsync(http);
                Assert.True((response.StatusCode == HttpStatusCode.Forbidden) == (scope < needed && !operation.IsOpen), $"{scope} at {operation}: {response.StatusCode}");
                Assert.NotEqual(HttpStatusCode.Unauthorized, response.StatusCode);
                if (response.StatusCode == HttpStatusCode.Forbidden)
                {
                    var detail = (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("detail").GetString();
                    Assert.Contains(needed.ToString().ToLowerInvariant(), detail, StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public async Task The_description_says_how_to_show_a_key_and_what_comes_without()
    {
        var operations = await OpenApi.ReadAsync(servers.Http);
        foreach (var operation in operations)
        {
            var responses = operation.Description.GetProperty("responses");
            Assert.Equal(!operation.IsOpen, operation.Description.TryGetProperty("security", out var security));
            if (!operation.IsOpen)
            {
                Assert.Equal(["api_key", "bearer"], security.EnumerateArray().Select(scheme => scheme.EnumerateObject().Single().Name));
                foreach (var status in new[] { "401", "403", "429" })
                {
                    Assert.EndsWith("/ProblemDetails", responses.GetProperty(status).GetProperty("content").GetProperty("application/problem+json").GetProperty("schema").GetProperty("$ref").GetString(), StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public async Task A_key_may_come_as_a_bearer_token()
    {
        using var http = servers.Api.ClientWith(null);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await TestKeys.CreateAsync(servers.Http, Scope.Read)).Key);

        Assert.Equal(HttpStatusCode.OK, await TestKeys.StatusAsync(http));
    }

    [Fact]
    public async Task In_development_this_machine_needs_no_key_and_a_wrong_one_is_wrong_all_the_same()
    {
        await using var api = Patient(("environment", "Development"));
        using var http = api.ClientWith(null);
        await Servers.HealthyAsync(http);
        Assert.Equal(HttpStatusCode.OK, await TestKeys.StatusAsync(http, "/keys"));

        using var wrong = api.ClientWith("wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, await TestKeys.StatusAsync(wrong));
    }

    [Theory]
    [InlineData("cross-site", HttpStatusCode.Unauthorized)]
    [InlineData("same-site", HttpStatusCode.Unauthorized)]
    [InlineData("same-origin", HttpStatusCode.OK)]
    [InlineData("none", HttpStatusCode.OK)]
    public async Task In_development_a_browser_does_not_lend_its_place_to_other_peoples_pages(string site, HttpStatusCode status)
    {
        await using var api = Patient(("environment", "Development"));
        using var http = api.ClientWith(null);
        await Servers.HealthyAsync(http);
        http.DefaultRequestHeaders.Add("Sec-Fetch-Site", site);

        using var response = await http.PostAsync("/failsafe/reset", content: null, Token);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await TestKeys.StatusAsync(http, "/posts"));
    }

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-For", "::1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    public async Task Who_is_elsewhere_does_not_get_in_by_saying_that_he_is_here(string header, string value)
    {
        await using var api = new ApiFactory(servers.Postgres.ConnectionString, servers.RabbitMq.ConnectionString, ("environment", "Development"))
        {
            More = services => services.AddSingleton<IStartupFilter>(new FromElsewhere()),
        };
        using var http = api.ClientWith(null);
        http.DefaultRequestHeaders.Add(header, value);

        Assert.Equal(HttpStatusCode.Unauthorized, await TestKeys.StatusAsync(http));
    }

    [Fact]
    public async Task In_production_a_forwarded_address_opens_nothing_even_where_the_framework_believes_it()
    {
        await using var api = Patient(("ForwardedHeaders_Enabled", "true"));
        using var http = api.ClientWith(null);
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "127.0.0.1");

        Assert.Equal(HttpStatusCode.Unauthorized, await TestKeys.StatusAsync(http));
    }

    /// <summary>A replica that has patience with many calls without a key.</summary>
    private ApiFactory Patient(params (string Key, string Value)[] settings)
        => ApiFactory.OnSocket(
            servers.Postgres.ConnectionString,
            servers.RabbitMq.ConnectionString,
            [("RateLimits:FailuresPerSecond", "10000"), ("Posts:ProvisionalAfter", "01:00:00"), .. settings]);

    /// <summary>Has all calls come from another machine.</summary>
    private sealed class FromElsewhere : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, following) =>
            {
                context.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.1");
                return following(context);
            });
            next(app);
        };
    }
}
