namespace SocialSentiment.MlWorker.Models.Description;

/// <summary>What a model's makers say of it, in Markdown.</summary>
internal static class ModelCard
{
    private const int MostCharacters = 64 * 1024;
    private const string Fence = "---";
    private static readonly string[] s_names = ["README.md", "MODEL_CARD.md"];

    /// <summary>The card in a model's folder; null if there is none.</summary>
    public static string? Read(string folder)
    {
        var path = s_names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            return null;
        }

        using var reader = new StreamReader(path);
        var buffer = new char[MostCharacters];
        return WithoutFrontMatter(new string(buffer, 0, reader.ReadBlock(buffer)));
    }

    /// <summary>Cards of the hub begin with data for programs, between two lines of dashes.</summary>
    private static string WithoutFrontMatter(string card)
    {
        using var lines = new StringReader(card);
        if (lines.ReadLine()?.TrimEnd() != Fence)
        {
            return card;
        }

        while (lines.ReadLine() is { } line)
        {
            if (line.TrimEnd() == Fence)
            {
                return lines.ReadToEnd().TrimStart();
            }
        }

        // The first line was only a rule.
        return card;
    }
}
