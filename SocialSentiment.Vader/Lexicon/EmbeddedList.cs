namespace SocialSentiment.Vader.Lexicon;

/// <summary>Reads the lists embedded beside this file: on each line a key, a tab and a value.</summary>
internal static class EmbeddedList
{
    public static IEnumerable<(string Key, string Value)> Read(string name)
    {
        using var stream = typeof(EmbeddedList).Assembly.GetManifestResourceStream(typeof(EmbeddedList), name)
            ?? throw new InvalidOperationException($"The assembly lacks its embedded list '{name}'.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            yield return (line[..tab], line[(tab + 1)..]);
        }
    }
}
