using System.Text.RegularExpressions;

namespace SocialSentiment.Replies.Safety;

/// <summary>Numbers, dates and prices: a draft may repeat a short one of the post, and knows no others.</summary>
internal static partial class Numbers
{
    public static string? Unfounded(string draft, string post)
    {
        if (Priced().Match(draft) is { Success: true } price)
        {
            return price.Value;
        }

        HashSet<string>? known = null;
        foreach (Match match in Number().Matches(draft))
        {
            known ??= [.. Number().Matches(post).Select(number => number.Value)];
            if (!known.Contains(match.Value) || match.Length > 4 || (match.Length == 4 && !IsYear(match.Value)))
            {
                return match.Value;
            }
        }

        return null;
    }

    private static bool IsYear(string number) => number[..2] is "19" or "20";

    [GeneratedRegex(@"[$€£¥₹]\s?\d|\d\s?(?:[$€£¥₹%]|usd\b|eur\b|gbp\b|k\b)|\b\d{1,2}[:.]\d{2}\b|\b\d{1,2}\s?(?:am|pm|a\.m|p\.m)\b|\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b|\b(?:january|february|march|april|june|july|august|september|october|november|december)\s+\d", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Priced();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}
