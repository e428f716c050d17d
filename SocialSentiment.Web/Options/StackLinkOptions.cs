using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.Web.Options;

/// <summary>Where the other parts of the stack are, as a browser reaches them; section <c>Links</c>. What is not set, or set to nothing, is not shown.</summary>
public sealed class StackLinkOptions
{
    public const string Section = "Links";

    [Url]
    public string? ApiDocs { get; set => field = NullIfEmpty(value); }

    [Url]
    public string? ModelService { get; set => field = NullIfEmpty(value); }

    [Url]
    public string? Dashboard { get; set => field = NullIfEmpty(value); }

    private static string? NullIfEmpty(string? url) => string.IsNullOrWhiteSpace(url) ? null : url;
}
