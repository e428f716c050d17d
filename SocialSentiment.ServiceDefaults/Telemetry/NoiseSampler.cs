using System.Diagnostics;
using OpenTelemetry.Trace;

namespace SocialSentiment.ServiceDefaults.Telemetry;

/// <summary>
/// Drops the requests that nobody will ever look for in a trace: probes, static assets and the long-lived sockets of the
/// UI. What such a request does further on (a probe's query) is dropped with it, as its parent was.
/// </summary>
internal sealed class NoiseSampler(Sampler inner) : Sampler
{
    private static readonly string[] s_noise = ["/health", "/alive", "/_blazor", "/_framework", "/_content"];

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
        => samplingParameters.Kind == ActivityKind.Server && IsNoise(samplingParameters.Tags)
            ? new SamplingResult(SamplingDecision.Drop)
            : inner.ShouldSample(samplingParameters);

    private static bool IsNoise(IEnumerable<KeyValuePair<string, object?>>? tags)
    {
        foreach (var (name, value) in tags ?? [])
        {
            if (name == "url.path")
            {
                return value is string path && Array.Exists(s_noise, noise => IsUnder(path, noise));
            }
        }

        return false;
    }

    private static bool IsUnder(string path, string prefix)
        => path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            && (path.Length == prefix.Length || path[prefix.Length] == '/');
}
