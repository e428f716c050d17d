using System.Text.Json;
using SocialSentiment.Contracts.Status;
using Xunit;

namespace SocialSentiment.Contracts.Tests;

/// <summary>What other people's programs read is pinned here letter by letter.</summary>
public sealed class WireFormatTests
{
    [Theory]
    [InlineData(SentimentLabel.Negative, "\"negative\"")]
    [InlineData(SentimentLabel.Neutral, "\"neutral\"")]
    [InlineData(SentimentLabel.Positive, "\"positive\"")]
    public void A_label_is_its_name(SentimentLabel label, string json)
    {
        Assert.Equal(json, JsonSerializer.Serialize(label, ContractsJson.Default.SentimentLabel));
        Assert.Equal(label, JsonSerializer.Deserialize(json, ContractsJson.Default.SentimentLabel));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("\"mixed\"")]
    [InlineData("\"\"")]
    public void Nothing_else_is_a_label(string json)
        => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, ContractsJson.Default.SentimentLabel));

    [Fact]
    public void A_status_is_snake_case_and_leaves_out_what_it_does_not_know()
    {
        var status = new StatusResponse("api", "1.2.3", "Production", "api-1", DateTimeOffset.UnixEpoch, 1.5, [new DependencyStatus("postgresql", DependencyState.Down, 0.3)]);

        var json = JsonSerializer.Serialize(status, ContractsJson.Default.StatusResponse);

        Assert.Equal(
            """{"service":"api","version":"1.2.3","environment":"Production","instance":"api-1","started_at":"1970-01-01T00:00:00+00:00","uptime_seconds":1.5,"dependencies":[{"name":"postgresql","state":"down","latency_ms":0.3}]}""",
            json);
        Assert.Equivalent(status, JsonSerializer.Deserialize(json, ContractsJson.Default.StatusResponse));
    }
}
