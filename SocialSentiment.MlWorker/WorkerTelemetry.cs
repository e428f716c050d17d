using System.Diagnostics;

namespace SocialSentiment.MlWorker;

/// <summary>The service's own spans; its instruments are with the features that count.</summary>
internal static class WorkerTelemetry
{
    public const string Name = "SocialSentiment.MlWorker";

    public static readonly ActivitySource Source = new(Name);
}
