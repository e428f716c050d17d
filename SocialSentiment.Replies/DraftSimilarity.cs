using SocialSentiment.Replies.Text;

namespace SocialSentiment.Replies;

/// <summary>How much two short texts say the same, by their words and by the pieces of their words.</summary>
public static class DraftSimilarity
{
    /// <summary>
    /// From here on a person who sees both sees one twice. Changed punctuation, a changed greeting or one changed word
    /// of ten lie above, the templates that stand beside each other below.
    /// </summary>
    public const double Threshold = 0.6;

    // A reply may take up the words of a short post.
    private const double CopyThreshold = 0.8;

    private static readonly HashSet<string> s_common = new(StringComparer.Ordinal)
    {
        "about", "again", "also", "been", "because", "could", "does", "ever", "from", "have", "here", "into", "just", "know", "like", "more", "much", "only", "really", "some", "such", "than", "that",
        "them", "then", "there", "they", "this", "very", "want", "were", "what", "when", "where", "which", "will", "with", "would", "your", "yours", "thank", "thanks", "sorry", "hear", "tell",
    };

    private const int MostRead = 1000;

    public static bool AreNearDuplicates(string one, string other) => Of(one, other) >= Threshold;

    /// <summary>From 0, nothing in common, to 1, the same words in the same order.</summary>
    public static double Of(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return Dice(Grams(Normal(one)), Grams(Normal(other)));
    }

    /// <summary>Whether a draft says the post over again, or is for the most part a piece of it.</summary>
    public static bool IsCopy(string draft, string post)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(post);
        var said = Words.Of(Head(draft));
        if (said.Count == 0)
        {
            return false;
        }

        if (Of(draft, post) >= CopyThreshold)
        {
            return true;
        }

        // Five words in a row are not said again by chance.
        var heard = Words.Line(Words.Of(post.Length > 5000 ? post[..5000] : post));
        var copied = new bool[said.Count];
        for (var i = 0; i + 5 <= said.Count; i++)
        {
            if (heard.Contains(Words.Line(said[i..(i + 5)]), StringComparison.Ordinal))
            {
                Array.Fill(copied, true, i, 5);
            }
        }

        return (said.Count >= 8 && copied.Count(isCopied => isCopied) * 5 > said.Count * 3)
            || (said.Count is 3 or 4 && heard.Contains(Words.Line(said), StringComparison.Ordinal));
    }

    /// <summary>The words that say what a text is about: not the small ones.</summary>
    internal static HashSet<string> Telling(IEnumerable<string> words) =>
        words.Where(word => word.Length > 3 && !s_common.Contains(word)).ToHashSet(StringComparer.Ordinal);

    private static string Head(string text) => text.Length > MostRead ? text[..MostRead] : text;

    private static string Normal(string text) => Words.Line(Words.Of(Head(text)));

    private static HashSet<string> Grams(string line)
    {
        // Of three letters, borders of words included: changed endings change little, other words much.
        var grams = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i + 3 <= line.Length; i++)
        {
            grams.Add(line.Substring(i, 3));
        }

        return grams;
    }

    private static double Dice(HashSet<string> one, HashSet<string> other)
    {
        if (one.Count + other.Count == 0)
        {
            return 1;
        }

        return 2.0 * one.Count(other.Contains) / (one.Count + other.Count);
    }
}
