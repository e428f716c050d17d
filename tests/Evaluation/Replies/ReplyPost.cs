using SocialSentiment.Contracts;

namespace SocialSentiment.Evaluation.Replies;

/// <summary>A post that drafts are written for.</summary>
/// <param name="Label">How its author feels.</param>
/// <param name="Kind">What is special about it.</param>
/// <param name="Text">What it says.</param>
/// <param name="Private">What in it identifies a person or a purchase, piece by piece.</param>
internal sealed record ReplyPost(SentimentLabel Label, string Kind, string Text, IReadOnlyList<string> Private)
{
    /// <summary>The list that was written by hand. No post is taken out because drafts for it are bad.</summary>
    public static IReadOnlyList<ReplyPost> Read(string path)
        => [.. File.ReadLines(path).Select(line => line.Split('\t')).Select(cells => new ReplyPost(
            LabelledTexts.LabelOf(cells[0]),
            cells[1],
            cells[2].Replace("\\n", "\n", StringComparison.Ordinal),
            cells.Length > 3 ? cells[3].Split(' ') : []))];
}
