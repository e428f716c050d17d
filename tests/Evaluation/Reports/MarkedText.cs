namespace SocialSentiment.Evaluation.Reports;

/// <summary>The part of a document that is made by a program: it stands between two comments, which readers do not see.</summary>
internal static class MarkedText
{
    private const string Start = "<!-- made by tests/evaluate --write -->\n";
    private const string End = "<!-- until here -->";

    public static string Read(string document)
    {
        var (start, end) = Find(document);
        return document[start..end];
    }

    public static string Replace(string document, string content)
    {
        var (start, end) = Find(document);
        return document[..start] + content + document[end..];
    }

    private static (int Start, int End) Find(string document)
    {
        var start = document.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        var end = document.IndexOf(End, StringComparison.Ordinal);
        return start >= Start.Length && end >= start
            ? (start, end)
            : throw new InvalidDataException($"The document has no place between '{Start.Trim()}' and '{End}'.");
    }
}
