namespace SocialSentiment.Replies.Text;

/// <summary>Reads the lists that are embedded: lines under headings in brackets; what begins with # is a remark.</summary>
internal static class EmbeddedText
{
    public static string Read(string name)
    {
        using var stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its embedded list '{name}'.");
        using var reader = new StreamReader(stream);

        // A checkout with other line ends holds the same list.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    public static IEnumerable<(string Heading, string Line)> Lines(string content)
    {
        var heading = "";
        foreach (var line in content.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '#')
            {
                continue;
            }

            if (line[0] == '[' && line[^1] == ']')
            {
                heading = line[1..^1];
            }
            else
            {
                yield return (heading, line);
            }
        }
    }

    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Sections(string content) =>
        Lines(content).GroupBy(entry => entry.Heading, entry => entry.Line)
            .ToDictionary(group => group.Key, IReadOnlyList<string> (group) => [.. group]);
}
