namespace SocialSentiment.Api.Data.Entities;

/// <summary>Who changed what and when. Rows are only ever added, and swept away when they have served their time.</summary>
internal sealed class AuditEntry
{
    public long Id { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>The key's name, or what the caller is known as without one.</summary>
    public required string Actor { get; set; }
    public Guid? KeyId { get; set; }

    /// <summary>The operation's name in the API's description, such as <c>DeletePost</c>.</summary>
    public required string Action { get; set; }
    public required string Method { get; set; }
    public required string Path { get; set; }

    /// <summary>What came into being, where the path does not say it already.</summary>
    public string? Target { get; set; }
    public short Status { get; set; }
    public string? Address { get; set; }
    public string? TraceId { get; set; }
}
