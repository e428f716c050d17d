using System.Globalization;
using SocialSentiment.Bench;
using SocialSentiment.Evaluation.Reports;

namespace SocialSentiment.Evaluation.Replies;

/// <summary>Drafts in numbers: all models for docs/models.md, and the shipped one in detail for its card.</summary>
internal static class RepliesReport
{
    private static readonly string[] s_head =
        ["Model", "By the model", "Empty", "Twice", "Unsafe", "Off tone", "Made-up words", "Different texts", "Mean length", "Three drafts", "An order"];

    public static string OfAll(RepliesRecord record) => Table.Of(s_head, record.Writers.Select(Row));

    public static string OfShipped(RepliesRecord record)
    {
        var writer = record.Writer(ReplyEvaluator.Shipped);
        var (written, shown) = (writer.Written, writer.Shown);
        return $"""
            For {Words.Count(writer.Orders)} posts the model wrote {Words.Count(written.Candidates)} texts, of which {Words.Percent((double)written.Kept / written.Candidates)} % may be shown. The others, those that were stopped while they were written among the empty ones unless a whole sentence was left:

            {Table.Of(["What is wrong", "Texts", "Share"], written.Refused.OrderByDescending(fault => fault.Value).ThenBy(fault => fault.Key, StringComparer.Ordinal).Select(fault => Row(fault, written.Candidates)))}
            Of {Words.Count(shown.Drafts)} drafts that are shown {Words.Percent((double)shown.FromModel / shown.Drafts)} % are the model's, the others templates. By rules other than those that selected them:

            {Table.Of(s_head, record.Writers.Where(other => other.Key is ReplyEvaluator.Shipped or SocialSentiment.Replies.Templates.Key).Select(Row))}
            """;
    }

    private static string[] Row(WriterRecord writer)
    {
        var shown = writer.Shown;
        return
        [
            $"`{writer.Key}`", $"{Words.Percent((double)shown.FromModel / shown.Drafts)} %",
            Words.Count(shown.Empty), Words.Count(shown.Duplicates), Words.Count(shown.Unsafe), Words.Count(shown.OffTone), Words.Count(shown.MadeUp),
            $"{Words.Count(shown.Distinct)} of {Words.Count(shown.Drafts)}", shown.MeanLength.ToString("0", CultureInfo.InvariantCulture),
            $"{shown.FullOrders} of {writer.Orders}", $"{writer.MillisecondsPerOrder.ToString("#,0", CultureInfo.InvariantCulture)} ms",
        ];
    }

    private static string[] Row(KeyValuePair<string, int> fault, int of)
        => [fault.Key.Replace('_', ' '), Words.Count(fault.Value), $"{Words.Percent((double)fault.Value / of)} %"];
}
