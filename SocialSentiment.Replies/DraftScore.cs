using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Replies.Text;
using SocialSentiment.Vader;

namespace SocialSentiment.Replies;

/// <summary>How good a draft is thought to be, from 0 to 1: among drafts that may be shown, which one first.</summary>
public static class DraftScore
{
    private const int MostRead = 2000;

    // Said to somebody, whatever they feel.
    private static readonly HashSet<string> s_address = Set("you your yours thank thanks appreciate welcome hope curious noted listening question");

    private static readonly Dictionary<SentimentLabel, HashSet<string>> s_acknowledgement = new()
    {
        [SentimentLabel.Negative] = Set("sorry understand hear frustrating frustration upset upsetting apologies apologise apologize regret annoyed annoying disappointing disappointed exhausting awful angry anger happened wrong seriously trouble bothers rough tough hard sad sadness thinking thoughts feel feeling sympathy heartbreaking pain report stressful overwhelming"),
        [SentimentLabel.Neutral] = Set("thank thanks interesting curious noted sharing hello welcome interested question helpful useful appreciate reading check tip know update informed note wonder happens tell sounds"),
        [SentimentLabel.Positive] = Set("glad happy love thank thanks delighted pleased wonderful lovely great enjoy pleasure grateful congratulations smile smiling welcome joy kind fantastic amazing heartwarming proud appreciate support good nice enthusiasm interest excited excitement awesome cool best congrats positive sounds"),
    };

    // Nobody here knows the answer: what can be said is that it is looked for, or what is unclear.
    private static readonly HashSet<string> s_answering = Set("check checking question ask asking asked answer answers mean tell details detail know look guess share describe context");

    // What follows an "I" that tells of itself, instead of the one who is written to.
    private static readonly HashSet<string> s_chatter = Set("like love loved think thought watch watched saw see read heard never was have had has would do did guess use used bet went wish prefer remember agree also just really always still can could know knew got did believe wonder find found am");

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
        var score = (0.25 * Fit(kind, situation.Label, sentiment)) + (0.35 * Address(kind, situation.Label, said)) + (0.15 * Length(situation.Tone, draft.Length)) + (0.25 * Topic(said, situation.Text));
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

    /// <summary>Whether it is said to the author, about what they feel; small talk is about whoever talks.</summary>
    private static double Address(PostKind kind, SentimentLabel label, List<string> said)
    {
        if (kind == PostKind.Foreign)
        {
            // These are words of English.
            return 1;
        }

        var isAddressed = said.Exists(s_address.Contains);
        var isAcknowledged = said.Exists(s_acknowledgement[label].Contains) || kind is PostKind.Grief or PostKind.Violence
            || (kind == PostKind.Question && said.Exists(s_answering.Contains));
        var chatter = 0;
        for (var i = 0; i + 1 < said.Count; i++)
        {
            var isAboutOther = said[i + 1] == "am" && i + 2 < said.Count && said[i + 2] is "sorry" or "so" or "glad" or "very" or "truly" or "really" or "deeply" or "here" or "thinking" or "listening";
            chatter += said[i] == "i" && s_chatter.Contains(said[i + 1]) && !isAboutOther ? 1 : 0;
        }

        var address = (isAddressed, isAcknowledged) switch
        {
            (true, true) => 1,
            (false, true) => 0.8,
            (true, false) => 0.5,
            _ => 0.2,
        };
        return Math.Max(0, address - (0.5 * chatter));
    }

    private static HashSet<string> Set(string words) => [.. words.Split(' ')];

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
        var heard = DraftSimilarity.Telling(Words.Of(post.Length > MostRead ? post[..MostRead] : post));
        var telling = DraftSimilarity.Telling(said);
        var overlap = telling.Count == 0 ? 0 : (double)telling.Count(heard.Contains) / telling.Count;

        // A few words are no echo.
        return telling.Count < 4 && overlap > 0 ? 1 : overlap switch
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
