using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SocialSentiment.ServiceDefaults.Security;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.ServiceDefaults.Tests.Security;

public sealed class ServiceKeyTests
{
    private const string Key = "the-key-of-the-service";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Production", Key, null, null, 401)]
    [InlineData("Production", Key, "wrong", null, 401)]
    [InlineData("Production", Key, Key, null, 200)]
    [InlineData("Production", Key, null, $"Bearer {Key}", 200)]
    [InlineData("Production", Key, null, $"bearer {Key}", 200)]
    [InlineData("Production", Key, null, "Bearer wrong", 401)]
    [InlineData("Production", Key, null, "Bearer", 401)]
    [InlineData("Production", Key, null, $"Basic {Key}", 401)]
    [InlineData("Production", Key, "wrong", $"Bearer {Key}", 401)]
    [InlineData("Production", null, null, null, 401)]
    [InlineData("Production", null, "anything", null, 401)]
    [InlineData("Production", "", "", "Bearer ", 401)]
    [InlineData("Staging", Key, null, null, 401)]
    [InlineData("Development", Key, null, null, 200)]
    [InlineData("Development", Key, Key, null, 200)]
    [InlineData("Development", Key, "wrong", null, 401)]
    [InlineData("Development", Key, null, "Bearer wrong", 401)]
    [InlineData("Development", null, null, null, 200)]
    [InlineData("Development", null, "anything", null, 401)]
    public async Task Who_shows_the_key_comes_in_and_in_development_who_is_on_this_machine(
        string environment, string? key, string? header, string? authorization, int status)
    {
        await using var service = await StartAsync(environment, key);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/private");
        request.Headers.Add("X-Forwarded-For", "127.0.0.1");
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(ShownKey.Header, header);
        }

        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var http = service.Client();
        using var response = await http.SendAsync(request, Token);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        if (status == 401)
        {
            Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.DoesNotContain(Key, await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Who_is_not_on_this_machine_needs_the_key_in_development_too(string environment)
    {
        await using var service = await StartAsync(environment, Key, IPAddress.Parse("192.0.2.1"));
        using var http = service.Client();
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/private", Token)).StatusCode);

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/private", Token)).StatusCode);
    }

    [Fact]
    public async Task Health_is_for_everybody()
    {
        await using var service = await StartAsync("Production", Key);
        using var http = service.Client();

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/alive", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health", Token)).StatusCode);
    }

    private static Task<TestWebApp> StartAsync(string environment, string? key, IPAddress? from = null) => Service.StartAsync(
        builder => builder.AddServiceKey(),
        app =>
        {
            if (from is not null)
            {
                app.Use((context, next) =>
                {
                    context.Connection.RemoteIpAddress = from;
                    return next(context);
                });
            }

            app.MapGroup("").RequireServiceKey().MapGet("/private", () => Results.Ok());
        },
        environment,
        key is null ? [] : [("Security:ServiceKey", key)]);
}
