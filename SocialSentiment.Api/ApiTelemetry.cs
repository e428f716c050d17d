using System.Diagnostics;

namespace SocialSentiment.Api;

/// <summary>The service's own spans; its instruments are with the features that count.</summary>
internal static class ApiTelemetry
{
    public const string Name = "SocialSentiment.Api";

    public static readonly ActivitySource Source = new(Name);
}
