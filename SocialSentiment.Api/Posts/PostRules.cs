using System.Text.RegularExpressions;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.ServiceDefaults.Http;

namespace SocialSentiment.Api.Posts;

/// <summary>What a post must be like to be taken in.</summary>
internal static partial class PostRules
{
    public const int MaxNameLength = 200;
    public const int MaxSourceLength = 64;
    public const int MaxLanguageLength = 35;
    public const int MaxKeyLength = 200;
    public const string DefaultSource = "api";

    private static readonly DateTimeOffset s_earliest = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromHours(24);

    /// <summary>The post to write, or null with what is wrong in <paramref name="validation"/>.</summary>
    public static NewPost? Check(CreatePostRequest request, byte[]? key, DateTimeOffset now, Validation validation)
    {
        var text = TextRules.Check(request.Text, "text", validation);
        var author = CheckName(request.Author, "author", validation);
        var externalId = CheckName(request.ExternalId, "external_id", validation);
        var source = CheckSource(request.Source, validation);

        if (request.Language is { } language && (language.Length > MaxLanguageLength || !LanguageTag().IsMatch(language)))
        {
            validation.Add("language", "must be a language tag such as en or pt-BR");
        }

        if (request.CreatedAt is { } createdAt && (createdAt < s_earliest || createdAt > now + s_clockTolerance))
        {
            validation.Add("created_at", "must lie between 1990 and a day from now");
        }

        return validation.Failed
            ? null
            : new NewPost(text!, author, source, externalId, request.Language, Microseconds(request.CreatedAt ?? now), Microseconds(now), key)
            {
                ContentHash = ContentHash.Of(text!, author, source, externalId, request.Language, request.CreatedAt),
            };
    }

    /// <summary>A key of the caller's own making.</summary>
    public static string? CheckKey(string? key, Validation validation)
    {
        if (key is null)
        {
            return null;
        }

        if (key.Length is 0 or > MaxKeyLength || key.Any(character => character is < ' ' or > '~'))
        {
            validation.Add("Idempotency-Key", $"must be 1 to {MaxKeyLength} printable ASCII characters");
            return null;
        }

        return key;
    }

    private static string? CheckName(string? name, string field, Validation validation)
    {
        var trimmed = name?.Trim();
        if (string.IsNullOrEmpty(trimmed))
        {
            return null;
        }

        if (trimmed.Length > MaxNameLength)
        {
            validation.Add(field, $"may have up to {MaxNameLength} characters");
        }
        else if (!TextRules.IsValidUnicode(trimmed) || trimmed.Any(char.IsControl))
        {
            validation.Add(field, "must be valid Unicode without control characters");
        }

        return trimmed;
    }

    private static string CheckSource(string? source, Validation validation)
    {
        if (string.IsNullOrEmpty(source))
        {
            return DefaultSource;
        }

        if (source.Length > MaxSourceLength || !SourceName().IsMatch(source))
        {
            validation.Add("source", $"must be up to {MaxSourceLength} lower-case letters, digits, dots, dashes and underscores, the first a letter or digit");
        }

        return source;
    }

    /// <summary>PostgreSQL keeps microseconds; what is answered now is what will be read later.</summary>
    private static DateTimeOffset Microseconds(DateTimeOffset moment)
        => new(moment.UtcTicks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex SourceName();

    [GeneratedRegex(@"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\z", RegexOptions.CultureInvariant)]
    private static partial Regex LanguageTag();
}
