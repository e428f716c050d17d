using SocialSentiment.Contracts;

namespace SocialSentiment.MlWorker.Tests.Host;

internal static class Labels
{
    /// <summary>What an opinion of the test models means, of as many labels as they have.</summary>
    public static SentimentLabel Of(int label, int labels) => labels switch
    {
        2 => label == 0 ? SentimentLabel.Negative : SentimentLabel.Positive,
        3 => (SentimentLabel)label,
        _ => label < 2 ? SentimentLabel.Negative : label == 2 ? SentimentLabel.Neutral : SentimentLabel.Positive,
    };

    /// <summary>Which output of a model with so many labels a label is, the strongest of them.</summary>
    public static int In(SentimentLabel label, int labels) => labels switch
    {
        2 => label == SentimentLabel.Negative ? 0 : 1,
        3 => (int)label,
        _ => label switch { SentimentLabel.Negative => 0, SentimentLabel.Neutral => 2, _ => 4 },
    };
}
