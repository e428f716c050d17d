using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.MlWorker.Models.Hub;

/// <summary>
/// Where models are downloaded from, and how patiently; section <c>Hub</c>. What is not configured there is taken from the
/// environment names that Hugging Face's own tools have: <c>HF_ENDPOINT</c>, <c>HF_TOKEN</c>, <c>HF_HUB_OFFLINE</c>.
/// </summary>
internal sealed class HubOptions : IValidatableObject
{
    public const string Section = "Hub";

    private static readonly string[] s_precisions = ["int8", "fp16", "fp32"];

    /// <summary>The hub or a mirror of it. Default <c>https://huggingface.co</c>.</summary>
    public string Endpoint { get; set; } = "https://huggingface.co";

    /// <summary>For private and gated repositories; it is sent to the endpoint and to nobody else.</summary>
    public string? Token { get; set; }

    /// <summary>The hub is never asked: what is not here stays away.</summary>
    public bool Offline { get; set; }

    /// <summary>Attempts after one that failed; progress starts the count again. Default 5.</summary>
    [Range(0, 50)]
    public int MaxRetries { get; set; } = 5;

    /// <summary>The first delay; it doubles, with jitter. Default 0.5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest delay. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest <c>Retry-After</c> that is waited for; a longer one fails the download. Default 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long nothing may come before the connection is given up. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Models downloaded at once. Default 2.</summary>
    [Range(1, 16)]
    public int MaxDownloads { get; set; } = 2;

    /// <summary>The precisions that are downloaded (<c>int8</c>, <c>fp16</c>, <c>fp32</c>); none means all.</summary>
    public string[] Precisions { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(Endpoint, UriKind.Absolute, out var endpoint)
            || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps)
            || endpoint.Query.Length > 0 || endpoint.Fragment.Length > 0 || endpoint.UserInfo.Length > 0)
        {
            yield return new ValidationResult("must be an http or https address (HF_ENDPOINT sets it too)", [nameof(Endpoint)]);
        }

        if (Token is { } token && token.Any(letter => letter is <= ' ' or > '~'))
        {
            yield return new ValidationResult("must be one word (HF_TOKEN sets it too)", [nameof(Token)]);
        }

        if (Precisions.Except(s_precisions, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            yield return new ValidationResult($"knows {string.Join(", ", s_precisions)}, not {unknown}", [nameof(Precisions)]);
        }
    }
}
