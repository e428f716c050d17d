using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.Api.Replies;

/// <summary>How orders for drafts are looked after; section <c>Replies</c>.</summary>
internal sealed class RepliesOptions
{
    /// <summary>With this many orders not done no more are taken.</summary>
    [Range(1, 100_000)]
    public int MaxWaiting { get; set; } = 200;

    /// <summary>An order that no worker has finished after this long is answered with templates.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "01:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The same while no worker is running.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan WithoutWorkerAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long drafts are kept that belong to no post.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan KeepPreviewsFor { get; set; } = TimeSpan.FromDays(1);
}
