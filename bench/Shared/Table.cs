namespace SocialSentiment.Bench;

/// <summary>A table in Markdown, so that what a benchmark prints can be pasted as it stands.</summary>
public static class Table
{
    public static void Print(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Prepend(head).ToList();
        int[] widths = [.. head.Select((_, column) => all.Max(row => row[column].Length))];

        Line(head);
        Console.WriteLine($"|{string.Join('|', widths.Select((width, column) => column == 0 ? new string('-', width + 2) : new string('-', width + 1) + ":"))}|");
        foreach (var row in all.Skip(1))
        {
            Line(row);
        }

        // Words to the left, numbers to the right.
        void Line(IReadOnlyList<string> row)
            => Console.WriteLine($"| {string.Join(" | ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))} |");
    }
}
