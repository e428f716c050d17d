using System.Text;

namespace SocialSentiment.Bench;

/// <summary>A table in Markdown, so that what a benchmark prints can be pasted as it stands.</summary>
public static class Table
{
    public static void Print(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows) => Console.Write(Of(head, rows));

    public static string Of(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Prepend(head).ToList();
        int[] widths = [.. head.Select((_, column) => all.Max(row => row[column].Length))];
        var table = new StringBuilder();

        Line(head);
        table.Append($"|{string.Join('|', widths.Select((width, column) => column == 0 ? new string('-', width + 2) : new string('-', width + 1) + ":"))}|\n");
        foreach (var row in all.Skip(1))
        {
            Line(row);
        }

        return table.ToString();

        // Words to the left, numbers to the right.
        void Line(IReadOnlyList<string> row)
            => table.Append($"| {string.Join(" | ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))} |\n");
    }
}
