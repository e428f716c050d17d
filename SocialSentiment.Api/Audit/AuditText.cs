using System.Text;

namespace SocialSentiment.Api.Audit;

/// <summary>Text from outside as it may stand in the log: one line, valid, and no longer than it has to be.</summary>
internal static class AuditText
{
    public static string Clean(string text, int most)
    {
        text = text.Trim();
        if (text.Length <= most && !text.Any(letter => char.IsControl(letter) || char.IsSurrogate(letter)))
        {
            return text;
        }

        var clean = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > most)
            {
                break;
            }

            // Half of a surrogate pair comes as the replacement character.
            clean.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return clean.ToString();
    }
}
