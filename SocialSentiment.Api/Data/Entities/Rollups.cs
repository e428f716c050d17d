namespace SocialSentiment.Api.Data.Entities;

/// <summary>What a roll-up counts. The first five say where posts are now; the last two only ever grow.</summary>
internal enum Bucket : short
{
    Pending = 0,
    Negative = 1,
    Neutral = 2,
    Positive = 3,
    Dead = 4,
    Accepted = 5,
    Deleted = 6,
}

/// <summary>How many posts of one minute and source are in a bucket.</summary>
internal sealed class RollupCell
{
    public DateTimeOffset Minute { get; set; }
    public required string Source { get; set; }
    public Bucket Bucket { get; set; }
    public long Posts { get; set; }

    /// <summary>How many of them have a provisional label only.</summary>
    public long Provisional { get; set; }

    /// <summary>The sum of their confidences in millionths: whole numbers can be added and taken away without drifting.</summary>
    public long Confidence { get; set; }
}

/// <summary>The sum of all minutes, so that nobody has to add up a year of them to know how many posts there are.</summary>
internal sealed class RollupTotal
{
    public required string Source { get; set; }
    public Bucket Bucket { get; set; }
    public long Posts { get; set; }
    public long Provisional { get; set; }
    public long Confidence { get; set; }
}

/// <summary>
/// A change of a cell, not yet added to it. Writers only append these, so that they never wait for each other's cells;
/// the views <c>rollup_now</c> and <c>rollup_totals_now</c> show cells and totals with their changes.
/// </summary>
internal sealed class RollupDelta
{
    public long Id { get; set; }
    public DateTimeOffset Minute { get; set; }
    public required string Source { get; set; }
    public Bucket Bucket { get; set; }
    public long Posts { get; set; }
    public long Provisional { get; set; }
    public long Confidence { get; set; }
}
