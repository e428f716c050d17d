using System.Globalization;
using SocialSentiment.Contracts;
using SocialSentiment.Evaluation.Metrics;
using SocialSentiment.Evaluation.PlainTexts;
using SocialSentiment.Evaluation.Records;

namespace SocialSentiment.Evaluation.Reports;

/// <summary>Numbers and labels as people read them.</summary>
internal static class Words
{
    public static string Of(SentimentLabel label) => label switch
    {
        SentimentLabel.Negative => "negative",
        SentimentLabel.Neutral => "neutral",
        _ => "positive",
    };

    public static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture);

    public static string Percent(Interval interval) => $"{Percent(interval.Value)} ({Percent(interval.Low)} to {Percent(interval.High)})";

    public static string Count(int count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>How many plain texts of a kind a model has right, of how many.</summary>
    public static (int Right, int Of) Right(ModelRecord model, IReadOnlyList<PlainText> texts, Func<PlainText, bool> kind)
    {
        var asked = texts.Zip(LabelledTexts.FromLetters(model.SaidOfPlainTexts)).Where(pair => kind(pair.First)).ToArray();
        return (asked.Count(pair => pair.First.Label == pair.Second), asked.Length);
    }

    /// <summary>The unmistakable texts that a model has wrong, with what it says of them.</summary>
    public static IEnumerable<string> Wrong(IEnumerable<PlainText> texts, IEnumerable<SentimentLabel> said)
        => texts.Zip(said)
            .Where(pair => !pair.First.IsHard && pair.First.Label != pair.Second)
            .Select(pair => $"\"{pair.First.Text}\" ({Of(pair.Second)} instead of {Of(pair.First.Label)})");
}
