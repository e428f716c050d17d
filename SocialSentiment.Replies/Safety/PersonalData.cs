using System.Text.RegularExpressions;
using SocialSentiment.Replies.Text;

namespace SocialSentiment.Replies.Safety;

/// <summary>What identifies a person or a purchase, whether the post told it or nobody did: it does not belong in public.</summary>
internal static partial class PersonalData
{
    public static bool In(string draft, string post) =>
        Shapes().IsMatch(draft) || Handle().IsMatch(draft) || HasLongNumber(draft) || HoldsNameOf(draft, post);

    private static bool HasLongNumber(string draft)
    {
        // Digits in groups are one number to a reader: a telephone's, a card's, an account's.
        foreach (var match in NumberGroups().EnumerateMatches(draft))
        {
            var group = draft.AsSpan(match.Index, match.Length);
            var digits = 0;
            foreach (var character in group)
            {
                digits += char.IsDigit(character) ? 1 : 0;
            }

            if (digits >= 5)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A name that the post's author gave in full: the family name, wherever it comes back.</summary>
    private static bool HoldsNameOf(string draft, string post)
    {
        HashSet<string>? words = null;
        foreach (Match match in OwnName().Matches(post.Length > 5000 ? post[..5000] : post))
        {
            words ??= [.. Words.Of(draft)];
            foreach (var name in match.Groups["last"].Value.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries))
            {
                if (words.Contains(Letters.Folded(name).ToLowerInvariant()))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // E-mail; IBAN; codes of letters and digits as orders, flights and number plates have them; streets with numbers.
    [GeneratedRegex("""
        (?<![\p{L}\d._%+-])[\p{L}\d._%+-]+\s?(?:@|\(at\)|\[at\])\s?[\p{L}\d-]+\s?(?:\.|\(dot\)|\[dot\])\s?\p{L}{2,}
        |\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}
        |(?<![A-Za-z0-9-])(?=[A-Z0-9-]*\d[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9]+(?:-[A-Z0-9]+)*(?<=[A-Z0-9-]{6})\b
        |\#\s?\d{3,}
        |\b\d{1,5}[a-zA-Z]?,?\s+(?:[A-Z][\w'’.]*\s+){1,3}(?i:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|court|ct|square|sq|place|pl|way|terrace|close|crescent)\b
        |\b\p{Lu}\p{L}*(?:straße|strasse|str\.|weg|platz|gasse|allee)\s+\d
        |\b(?:rue|avenue|via|calle|plaza|piazza)\s+\p{L}+\s+\d
        |\b(?:P\.?\s?O\.?\s?Box|apartment|apt\.?|flat)\s+\d
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Shapes();

    [GeneratedRegex(@"(?<!\w)@\w+")]
    private static partial Regex Handle();

    [GeneratedRegex(@"\+?\(?\d(?:[\d\s().\-/]{0,30}\d)?")]
    private static partial Regex NumberGroups();

    [GeneratedRegex(@"\b(?i:my name is|my name's|my names|i am called|name:|i am|i'm|regards,?|sincerely,?|yours,?|signed,?)\s+(?<first>\p{Lu}[\p{L}'’-]+)\s+(?<last>\p{Lu}[\p{L}'’-]+(?:\s+\p{Lu}[\p{L}'’-]+)?)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex OwnName();
}
