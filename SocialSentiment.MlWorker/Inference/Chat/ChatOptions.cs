using System.ComponentModel.DataAnnotations;

namespace SocialSentiment.MlWorker.Inference.Chat;

/// <summary>A model that runs elsewhere, behind OpenAI's chat completions; section <c>Chat</c>.</summary>
internal sealed class ChatOptions : IValidatableObject
{
    public const string Section = "Chat";

    /// <summary>Up to and with the version, for example <c>http://localhost:11434/v1</c>; none: there is no such model.</summary>
    public string? Endpoint { get; set; }

    /// <summary>Which of the endpoint's models.</summary>
    public string? Model { get; set; }

    public string? ApiKey { get; set; }

    /// <summary>How long one answer may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:10:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Further attempts after one that failed for no fault of the text.</summary>
    [Range(0, 10)]
    public int MaxRetries { get; set; } = 2;

    /// <summary>The pause before the first of them; it doubles.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Texts asked about at once.</summary>
    [Range(1, 256)]
    public int MaxConcurrency { get; set; } = 4;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is { Length: > 0 } && !(Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            yield return new ValidationResult("must be an address that begins with http:// or https://", [nameof(Endpoint)]);
        }

        if (Endpoint is { Length: > 0 } && Model is not { Length: > 0 })
        {
            yield return new ValidationResult("is required together with Endpoint", [nameof(Model)]);
        }
    }
}
