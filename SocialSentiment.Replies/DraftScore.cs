using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Replies.Text;
using SocialSentiment.Vader;

namespace SocialSentiment.Replies;

/// <summary>How good a draft is thought to be, from 0 to 1: among drafts that may be shown, which one first.</summary>
public static class DraftScore
{
    /// <summary>Sentiment by the lexicon, for whoever has no model at hand.</summary>
    public static IReadOnlyList<(double Negative, double Neutral, double Positive)> ByLexicon(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return [.. texts.Select(text =>
        {
            var shares = VaderDistribution.Of(VaderAnalyzer.Default.Analyze(text));
            return (shares.Negative, shares.Neutral, shares.Positive);
        })];
    }

    /// <param name="situation">What is replied to, and how.</param>
    /// <param name="draft">The draft, cleaned.</param>
    /// <param name="sentiment">How the draft itself sounds.</param>
    /// <param name="logLikelihood">By token, as its model has it; none if nobody knows.</param>
    public static double Of(ReplySituation situation, string draft, (double Negative, double Neutral, double Positive) sentiment, double? logLikelihood = null)
    {
        ArgumentNullException.ThrowIfNull(situation);
        ArgumentNullException.ThrowIfNull(draft);
        return Of(PostKinds.Of(situation), situation, draft, sentiment, logLikelihood);
    }

    internal static double Of(PostKind kind, ReplySituation situation, string draft, (double Negative, double Neutral, double Positive) sentiment, double? logLikelihood)
    {
        var said = Words.Of(draft);
        var score = (0.35 * Fit(kind, situation.Label, sentiment)) + (0.25 * Length(situation.Tone, draft.Length)) + (0.4 * Topic(said, situation.Text));
        if (logLikelihood is { } likelihood && double.IsFinite(likelihood))
        {
            score = (0.8 * score) + (0.2 * Fluency(likelihood));
        }

        return Math.Clamp(kind == PostKind.Question && AnswersWithThanks(said, draft) ? score / 2 : score, 0, 1);
    }

    /// <summary>Apologies read negative and thanks positive, so that only the far side counts against a draft.</summary>
    private static double Fit(PostKind kind, SentimentLabel label, (double Negative, double Neutral, double Positive) sentiment)
    {
        var (negative, neutral, positive) = sentiment;
        var fit = kind is PostKind.Grief or PostKind.Violence or PostKind.Crisis ? negative + neutral + (0.5 * positive)
            : label switch
            {
                SentimentLabel.Negative => negative + neutral + (0.5 * positive),
                SentimentLabel.Positive => positive + (0.5 * neutral),
                _ => neutral + (0.8 * positive) + (0.3 * negative),
            };
        return double.IsFinite(fit) ? Math.Clamp(fit, 0, 1) : 0;
    }

    private static double Length(ReplyTone tone, int length) => tone == ReplyTone.Brief
        ? Between(length, 8, 60, 3, 140)
        : Between(length, 50, 180, 10, DraftCleaner.MaxLength);

    /// <summary>1 from <paramref name="low"/> to <paramref name="high"/>, falling to 0 at the far limits.</summary>
    private static double Between(int value, double low, double high, double least, double most) =>
        value < low ? Math.Max(0, (value - least) / (low - least))
        : value > high ? Math.Max(0, (most - value) / (most - high))
        : 1;

    /// <summary>A word or two of the post show that somebody read it; most of it is an echo.</summary>
    private static double Topic(List<string> said, string post)
    {
        var overlap = DraftSimilarity.Overlap(said, Words.Of(post.Length > 5000 ? post[..5000] : post));
        return overlap switch
        {
            0 => 0.5,
            <= 0.5 => 1,
            _ => Math.Max(0, 1 - (2 * (overlap - 0.5))),
        };
    }

    /// <summary>Half a nat a token is a saying, four are word salad.</summary>
    private static double Fluency(double logLikelihood) => Math.Clamp((logLikelihood + 4) / 3.5, 0, 1);

    private static bool AnswersWithThanks(List<string> said, string draft) =>
        !draft.Contains('?', StringComparison.Ordinal)
        && said.Exists(word => word is "thank" or "thanks" or "cheers" or "glad" or "welcome" or "congratulations")
        && !said.Exists(word => word is "check" or "question" or "ask" or "asking" or "look" or "answer" or "know" or "find");
}
