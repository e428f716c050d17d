using SocialSentiment.Contracts;

namespace SocialSentiment.Evaluation.PlainTexts;

/// <summary>A short, everyday text.</summary>
/// <param name="IsHard">Irony, something mixed, or what needs a context: two people might label it differently.</param>
internal sealed record PlainText(SentimentLabel Label, bool IsHard, string Text)
{
    /// <summary>The list that was written by hand before any model had seen it. A text is not taken out because a model fails on it.</summary>
    public static IReadOnlyList<PlainText> Read(string path)
        => [.. File.ReadLines(path).Select(line => line.Split('\t')).Select(cells => new PlainText(
            LabelledTexts.LabelOf(cells[0]),
            cells[1] switch { "plain" => false, "hard" => true, var kind => throw new InvalidDataException($"'{kind}' is neither plain nor hard.") },
            cells[2]))];
}
