using System.Text;

namespace SocialSentiment.AppHost.Commands;

/// <summary>Rows as the dashboard shows them.</summary>
internal static class MarkdownTable
{
    private const int LongestCell = 200;

    public static string Of(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string?>> rows)
    {
        var table = new StringBuilder();
        AppendRow(table, columns);
        AppendRow(table, [.. columns.Select(_ => "---")]);
        foreach (var row in rows)
        {
            AppendRow(table, row);
        }

        return table.ToString();
    }

    private static void AppendRow(StringBuilder table, IReadOnlyList<string?> cells) =>
        table.Append("| ").AppendJoin(" | ", cells.Select(Cell)).Append(" |\n");

    private static string Cell(string? text)
    {
        var line = (text ?? "").ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
        return line.Length <= LongestCell ? line : string.Concat(line.AsSpan(0, LongestCell), "…");
    }
}
