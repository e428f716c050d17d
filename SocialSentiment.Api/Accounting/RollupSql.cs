namespace SocialSentiment.Api.Accounting;

/// <summary>The part of the roll-ups that every change of a post has in common.</summary>
internal static class RollupSql
{
    /// <summary>
    /// Takes posts out of the buckets that they were in. Needs a query <c>due</c> with the posts' <c>created_at</c> and
    /// <c>source</c> and with their state until now as <c>old_status</c>, <c>old_label</c> and <c>old_confidence</c>.
    /// </summary>
    public const string Leave =
        """
        SELECT date_trunc('minute', created_at, 'UTC') AS minute, source,
            CASE WHEN old_status = 2 THEN 4 ELSE coalesce(old_label + 1, 0) END::smallint AS bucket,
            -1 AS posts, -(old_status = 0 AND old_label IS NOT NULL)::int AS provisional,
            -coalesce(round(old_confidence::float8 * 1e6)::bigint, 0) AS confidence
        FROM due
        """;
}
