using Microsoft.Extensions.Configuration;
using SocialSentiment.AppHost.Infrastructure;
using SocialSentiment.AppHost.SelfHealing;

namespace SocialSentiment.AppHost.Tests.SelfHealing;

public class SelfHealingOptionsTests
{
    private static SelfHealingOptions From(params (string Key, string Value)[] settings) => SelfHealingOptions.From(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("SelfHealing:" + s.Key, (string?)s.Value))).Build());

    [Fact]
    public void Are_sensible_without_configuration()
    {
        var options = From();

        Assert.True(options.Enabled);
        Assert.Equal(5, options.GiveUpAfter);
    }

    [Fact]
    public void Are_read_from_their_section()
    {
        var options = From(("FirstDelay", "00:00:00.5"), ("GiveUpAfter", "50"), ("Enabled", "false"));

        Assert.Equal(TimeSpan.FromMilliseconds(500), options.FirstDelay);
        Assert.Equal(50, options.GiveUpAfter);
        Assert.False(options.Enabled);
    }

    [Theory]
    [InlineData("FirstDelay", "00:00:00")]
    [InlineData("FirstDelay", "-00:00:01")]
    [InlineData("FirstDelay", "00:01:00")] // above LongestDelay
    [InlineData("HealthyFor", "00:00:00")]
    [InlineData("GiveUpAfter", "0")]
    [InlineData("GiveUpAfter", "many")]
    [InlineData("Window", "soon")]
    public void Are_refused_with_one_sentence_when_wrong(string key, string value)
    {
        var error = Assert.Throws<PlainErrorException>(() => From((key, value)));

        Assert.Contains("SelfHealing", error.Message, StringComparison.Ordinal);
    }
}
