using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.Messaging;

/// <summary>The settings below <c>Messaging</c>. What a queue is declared with holds from its creation on: see <see cref="BrokerTopology"/>.</summary>
public sealed class MessagingOptions
{
    internal const int DefaultDeliveryLimit = 20;

    /// <summary>How long a publisher waits for the broker's word before it gives the message up as not sent.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Over how many channels publishing is spread.</summary>
    [Range(1, 32)]
    public int PublishChannels { get; set; } = 2;

    /// <summary>A peer that has been silent for about twice as long is taken for dead. In whole seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many jobs may wait in <c>analyze</c> before the broker refuses more.</summary>
    [Range(1, int.MaxValue)]
    public int AnalyzeMaxLength { get; set; } = 200_000;

    /// <summary>How many results may wait before the broker refuses more.</summary>
    [Range(1, int.MaxValue)]
    public int ResultsMaxLength { get; set; } = 1_000_000;

    /// <summary>How many orders for replies may wait before the broker refuses more.</summary>
    [Range(1, int.MaxValue)]
    public int RepliesMaxLength { get; set; } = 50_000;

    /// <summary>How many synchronous requests may wait before the broker refuses more.</summary>
    [Range(1, int.MaxValue)]
    public int PredictMaxLength { get; set; } = 1_000;

    /// <summary>How long a synchronous request may wait at most, whatever its caller said.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan PredictTimeToLive { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a message may come back unsettled before the broker moves it to the dead letters by itself.</summary>
    [Range(1, 1_000_000)]
    public int DeliveryLimit { get; set; } = DefaultDeliveryLimit;
}
