using System.Diagnostics.Metrics;

namespace SocialSentiment.Api.Keys;

/// <summary>Who was not let in or had to wait, and what the audit log could not hold, in numbers.</summary>
internal sealed class AccessMetrics
{
    private readonly Counter<long> _refused;
    private readonly Counter<long> _limited;
    private readonly Counter<long> _auditDropped;

    public AccessMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(ApiTelemetry.Name);
        _refused = meter.CreateCounter<long>("sentiment.keys.refused", "{request}", "Requests without a key that lets them in.");
        _limited = meter.CreateCounter<long>("sentiment.requests.limited", "{request}", "Requests answered with 429 by a rate limit.");
        _auditDropped = meter.CreateCounter<long>("sentiment.audit.dropped", "{entry}", "Audit entries that were not written.");
    }

    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Limited(string by) => _limited.Add(1, new KeyValuePair<string, object?>("by", by));

    public void AuditDropped(int entries, string reason) => _auditDropped.Add(entries, new KeyValuePair<string, object?>("reason", reason));
}
