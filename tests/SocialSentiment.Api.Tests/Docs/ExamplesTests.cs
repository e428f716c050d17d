using System.Text.Json;
using System.Text.Json.Nodes;
using SocialSentiment.Contracts;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Docs;

public sealed class ExamplesTests : IAsyncDisposable
{
    private readonly ApiFactory _api = new($"Host=127.0.0.1;Port={FreePort.Next()};Username=u;Password=p;Database=d", $"amqp://127.0.0.1:{FreePort.Next()}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What is read and written again is the same: a field that does not exist, or the wrong value for one, would be lost.</summary>
    [Fact]
    public async Task Every_example_is_what_the_serializer_reads_and_writes()
    {
        using var http = _api.CreateClient();
        var schemas = JsonNode.Parse(await http.GetStringAsync("/openapi/v1.json", Token))!["components"]!["schemas"]!.AsObject();
        var types = typeof(ContractsJson).Assembly.GetTypes().Where(type => type.IsPublic).ToLookup(type => type.Name);

        var seen = 0;
        foreach (var (name, schema) in schemas)
        {
            foreach (var example in schema!["examples"]?.AsArray() ?? [])
            {
                seen++;
                if (types[name].SingleOrDefault() is { } type)
                {
                    var again = JsonSerializer.SerializeToNode(example.Deserialize(type, ContractsJson.Default), type, ContractsJson.Default);
                    Assert.True(JsonNode.DeepEquals(SameInstants(example!), SameInstants(again!)), $"{name}: {example!.ToJsonString()}\n{again!.ToJsonString()}");
                }
            }
        }

        Assert.True(seen > 15, $"{seen}");
    }

    [Fact]
    public async Task Every_body_that_is_asked_for_has_an_example()
    {
        using var http = _api.CreateClient();
        var document = JsonNode.Parse(await http.GetStringAsync("/openapi/v1.json", Token))!;
        foreach (var (path, operations) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                if (operation!["requestBody"]?["content"]?["application/json"]?["schema"]?["$ref"]?.GetValue<string>() is { } reference)
                {
                    Assert.True(document["components"]!["schemas"]![reference.Split('/')[^1]]!["examples"] is JsonArray { Count: > 0 }, $"{method} {path} has no example: add one to Docs/Examples.cs.");
                }
            }
        }
    }

    /// <summary>Z and +00:00 are the same.</summary>
    private static JsonNode? SameInstants(JsonNode node) => JsonNode.Parse(node.ToJsonString().Replace("Z\"", "\\u002B00:00\"", StringComparison.Ordinal));

    public ValueTask DisposeAsync() => _api.DisposeAsync();
}
