using System.Data.Common;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Posts;

namespace SocialSentiment.Api.Posts;

/// <summary>A post with its state, as a row: the columns to ask for and how to read them.</summary>
internal static class PostRow
{
    /// <summary>Of <c>posts p</c> and <c>sentiments s</c>.</summary>
    public const string Columns =
        """
        p.id, p.revision, p.text, p.author, p.source, p.external_id, p.language, p.created_at, p.accepted_at, p.edited_at,
        s.status, s.label, s.confidence, s.model, s.analysed_at, s.dead_reason
        """;

    public static PostResponse Read(DbDataReader row, int at = 0)
    {
        var status = (PostStatus)row.GetInt16(at + 10);
        return new PostResponse(
            row.GetGuid(at),
            row.GetInt32(at + 1),
            status,
            row.GetString(at + 2),
            Text(at + 3),
            row.GetString(at + 4),
            Text(at + 5),
            Text(at + 6),
            row.GetFieldValue<DateTimeOffset>(at + 7),
            row.GetFieldValue<DateTimeOffset>(at + 8),
            row.IsDBNull(at + 9) ? null : row.GetFieldValue<DateTimeOffset>(at + 9),
            row.IsDBNull(at + 11)
                ? null
                : new PostSentiment(
                    (SentimentLabel)row.GetInt16(at + 11),
                    Confidence(row.GetFloat(at + 12)),
                    Provisional: status == PostStatus.Pending,
                    row.GetString(at + 13),
                    row.GetFieldValue<DateTimeOffset>(at + 14)),
            Text(at + 15));

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
    }

    /// <summary>A single-precision number shows its tail of binary rounding when it is widened; six digits are all it has.</summary>
    public static double Confidence(float value) => Math.Round(value, 6);
}
