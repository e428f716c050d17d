using System.Net;
using System.Text;
using SocialSentiment.Api.Tests.Support;
using Xunit;

namespace SocialSentiment.Api.Tests.Posts;

/// <summary>Alone, for it counts all posts.</summary>
[Collection(nameof(BadPostTests))]
public sealed class BadPostTests(Servers servers)
{
    public static TheoryData<string, string> BadPosts => new()
    {
        { "", "body" },
        { "null", "body" },
        { "[]", "body" },
        { "{", "body" },
        { "{}", "text" },
        { """{"text":null}""", "text" },
        { """{"text":"   "}""", "text" },
        { """{"text":5}""", "text" },
        { """{"text":["a"]}""", "text" },
        { """{"text":"half \ud800 a character"}""", "text" },
        { """{"text":"a\u0000b"}""", "text" },
        { $$"""{"text":"{{new string('x', 5_001)}}"}""", "text" },
        { """{"text":"a","unknown":1}""", "unknown" },
        { """{"text":"a","source":"Not A Source"}""", "source" },
        { """{"text":"a","source":"a\n"}""", "source" },
        { $$"""{"text":"a","author":"{{new string('x', 201)}}"}""", "author" },
        { """{"text":"a","author":"a\u0007b"}""", "author" },
        { """{"text":"a","external_id":"\ud800"}""", "external_id" },
        { """{"text":"a","created_at":"yesterday"}""", "created_at" },
        { """{"text":"a","created_at":"2026-01-01T00:00:00"}""", "created_at" },
        { """{"text":"a","created_at":"0001-01-01T00:00:00Z"}""", "created_at" },
        { """{"text":"a","created_at":"9999-12-31T23:59:59Z"}""", "created_at" },
        { """{"text":"a","created_at":5}""", "created_at" },
        { """{"text":"a","language":"klingon!"}""", "language" },
    };

    [Theory]
    [MemberData(nameof(BadPosts))]
    public async Task A_bad_post_is_refused_by_field_and_nothing_is_written(string json, string field)
    {
        var before = await servers.AccountAsync();
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await servers.SendAsync(content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal([field], await CreateTests.FieldsOf(response));
        Assert.Equal(before.Accepted, (await servers.AccountAsync()).Accepted);
    }

    [Theory]
    [InlineData("text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=nothing", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-7", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=\"UTF-8\"", HttpStatusCode.BadRequest)]
    public async Task Only_json_in_utf_8_is_read(string type, HttpStatusCode expected)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var response = await servers.SendAsync(content);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }
}

[CollectionDefinition(nameof(BadPostTests), DisableParallelization = true)]
public sealed class Alone;
