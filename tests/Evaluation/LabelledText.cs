using System.Security.Cryptography;
using SocialSentiment.Contracts;

namespace SocialSentiment.Evaluation;

/// <summary>A text with the label that people gave it.</summary>
internal sealed record LabelledText(SentimentLabel Label, string Text);

internal static class LabelledTexts
{
    /// <summary>The dev set's place: in the folder that is named, in <c>$SENTIMENT_DATA</c>, or in <c>../shared/data</c> beside the repository.</summary>
    /// <returns>Null: it is not on this machine; it is no part of the repository.</returns>
    public static string? FindDevSet(string? folder = null)
    {
        folder ??= Environment.GetEnvironmentVariable("SENTIMENT_DATA") is { Length: > 0 } named ? named : Path.Combine(Repository.Root, "..", "shared", "data");
        var path = Path.Combine(folder, "tweets", "dev.tsv");
        return File.Exists(path) ? path : null;
    }

    /// <summary>A file of lines with a label, a tab and a text.</summary>
    public static IReadOnlyList<LabelledText> Read(string path)
        => [.. File.ReadLines(path).Select(line => line.Split('\t', 2)).Select(cells => new LabelledText(LabelOf(cells[0]), cells[1]))];

    public static SentimentLabel LabelOf(string word) => word switch
    {
        "negative" => SentimentLabel.Negative,
        "neutral" => SentimentLabel.Neutral,
        "positive" => SentimentLabel.Positive,
        _ => throw new InvalidDataException($"'{word}' is no label."),
    };

    /// <summary>Labels as letters, n, 0 and p, so that thousands of them can be written down.</summary>
    public static string ToLetters(IEnumerable<SentimentLabel> labels)
        => string.Concat(labels.Select(label => label switch { SentimentLabel.Negative => 'n', SentimentLabel.Neutral => '0', _ => 'p' }));

    public static SentimentLabel[] FromLetters(string letters) => [.. letters.Select(letter => letter switch
    {
        'n' => SentimentLabel.Negative,
        '0' => SentimentLabel.Neutral,
        'p' => SentimentLabel.Positive,
        _ => throw new InvalidDataException($"'{letter}' stands for no label."),
    })];

    public static string Sha256(string path)
    {
        using var content = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }
}
