namespace SocialSentiment.Evaluation.Reports;

/// <summary>The part of a document that is made by a program: it stands between two comments, which readers do not see.</summary>
internal static class MarkedText
{
    /// <summary>What <c>tests/evaluate</c> makes.</summary>
    public const string Labels = "tests/evaluate";

    /// <summary>What <c>tests/evaluate-replies</c> makes.</summary>
    public const string Replies = "tests/evaluate-replies";

    private const string End = "<!-- until here -->";

    public static string Read(string document, string maker)
    {
        var (start, end) = Find(document, maker);
        return document[start..end];
    }

    public static string Replace(string document, string maker, string content)
    {
        var (start, end) = Find(document, maker);
        return document[..start] + content + document[end..];
    }

    public static void ReplaceIn(string path, string maker, string content) => File.WriteAllText(path, Replace(File.ReadAllText(path), maker, content));

    private static (int Start, int End) Find(string document, string maker)
    {
        var mark = $"<!-- made by {maker} --write -->\n";
        var at = document.IndexOf(mark, StringComparison.Ordinal);
        var end = at < 0 ? -1 : document.IndexOf(End, at, StringComparison.Ordinal);
        return end >= 0 ? (at + mark.Length, end) : throw new InvalidDataException($"The document has no place between '{mark.Trim()}' and '{End}'.");
    }
}
