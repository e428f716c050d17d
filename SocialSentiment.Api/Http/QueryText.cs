using System.Globalization;
using SocialSentiment.ServiceDefaults.Http;

namespace SocialSentiment.Api.Http;

/// <summary>Query parameters as they came, read so that what is wrong can be named.</summary>
internal static class QueryText
{
    public static int Number(string? text, string field, int byDefault, int least, int most, Validation validation)
    {
        if (text is null)
        {
            return byDefault;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
        {
            validation.Add(field, $"must be a whole number from {least} to {most}");
            return byDefault;
        }

        return number;
    }

    public static DateTimeOffset? Instant(string? text, string field, Validation validation)
    {
        if (text is null)
        {
            return null;
        }

        // A plus sign that was not percent-encoded arrives as a blank.
        if (!Contracts.InstantConverter.TryParse(text.Replace(' ', '+'), out var instant))
        {
            validation.Add(field, "must be a date and time with its offset from UTC, such as 2026-11-21T12:30:00Z");
            return null;
        }

        return instant;
    }

    public static bool? Flag(string? text, string field, Validation validation)
    {
        if (text is null)
        {
            return null;
        }

        if (!bool.TryParse(text, out var flag))
        {
            validation.Add(field, "must be true or false");
        }

        return flag;
    }

    public static void InOrder(DateTimeOffset? from, DateTimeOffset? to, Validation validation)
    {
        if (from >= to)
        {
            validation.Add("to", "must be later than from");
        }
    }

    public static TEnum? Choice<TEnum>(string? text, string field, Validation validation)
        where TEnum : struct, Enum
    {
        if (text is null)
        {
            return null;
        }

        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        validation.Add(field, $"must be one of {string.Join(", ", Enum.GetNames<TEnum>().Select(name => name.ToLowerInvariant()))}");
        return null;
    }

    /// <summary>Text that PostgreSQL can be asked for: it knows no NUL and no half characters.</summary>
    public static string? Text(string? text, string field, int most, Validation validation)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length is 0 || text.Length > most || text.Contains('\0', StringComparison.Ordinal) || !TextRules.IsValidUnicode(text))
        {
            validation.Add(field, $"must be 1 to {most} valid characters");
            return null;
        }

        return text;
    }

    public static PageCursor? Cursor(string? text, string field, Validation validation)
    {
        if (text is null)
        {
            return null;
        }

        if (!PageCursor.TryParse(text, out var cursor))
        {
            validation.Add(field, "must be the 'next' of an earlier page");
            return null;
        }

        return cursor;
    }
}
