using System.Text;
using Xunit;

namespace SocialSentiment.Messaging.Tests;

/// <summary>Reading why a message died, whoever wrote it down.</summary>
public sealed class DeadLetterInfoTests
{
    [Fact]
    public void What_the_consumer_wrote_is_read_back()
        => Assert.Equal(
            new DeadLetterInfo("analyze", "rejected", "TimeoutException: late", 4),
            DeadLetterInfo.From(new Dictionary<string, object?>
            {
                ["x-origin"] = "analyze",
                ["x-reason"] = Encoding.UTF8.GetBytes("rejected"),
                ["x-error"] = "TimeoutException: late",
                ["x-attempts"] = 4,
                ["x-first-death-queue"] = "elsewhere",
            }));

    [Theory]
    [InlineData("delivery_limit", "analyze.suspects", "crashed_worker", 3)]
    [InlineData("delivery_limit", "results", "crashed_worker", 21)]
    [InlineData("expired", "predict", "expired", 0)]
    [InlineData("rejected", "results", "rejected", 0)]
    public void What_the_broker_did_by_itself_is_understood(string brokers, string queue, string reason, int attempts)
    {
        var info = DeadLetterInfo.From(new Dictionary<string, object?>
        {
            ["x-death"] = new List<object?>
            {
                new Dictionary<string, object?> { ["reason"] = Encoding.UTF8.GetBytes(brokers), ["queue"] = Encoding.UTF8.GetBytes(queue), ["count"] = 1L },
            },
        });

        Assert.Equal((queue, reason, attempts), (info.Origin, info.Reason, info.Attempts));
    }

    [Fact]
    public void The_latest_death_counts()
    {
        var info = DeadLetterInfo.From(new Dictionary<string, object?>
        {
            ["x-first-death-queue"] = "first",
            ["x-first-death-reason"] = "rejected",
            ["x-death"] = new List<object?>
            {
                new Dictionary<string, object?> { ["reason"] = "expired", ["queue"] = "latest" },
                new Dictionary<string, object?> { ["reason"] = "rejected", ["queue"] = "first" },
            },
        });

        Assert.Equal(("latest", "expired"), (info.Origin, info.Reason));
    }

    [Fact]
    public void Without_a_word_it_was_rejected_from_nowhere()
        => Assert.Equal(new DeadLetterInfo("", "rejected", null, 0), DeadLetterInfo.From(new Dictionary<string, object?>()));
}
