namespace SocialSentiment.Contracts.Audit;

/// <summary>Who changed what, or tried to.</summary>
/// <param name="Id">Its number; later entries have greater ones.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="Actor">The key's name, <c>service</c>, <c>local developer</c> or <c>anonymous</c>.</param>
/// <param name="KeyId">The key, if it was one.</param>
/// <param name="Action">The operation, such as <c>DeletePost</c>.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path that was called.</param>
/// <param name="Target">What came into being, where the path does not say it.</param>
/// <param name="Status">The HTTP status of the answer.</param>
/// <param name="Address">Where the call came from.</param>
/// <param name="TraceId">The trace of the call.</param>
public sealed record AuditEntryResponse(
    long Id,
    DateTimeOffset At,
    string Actor,
    Guid? KeyId,
    string Action,
    string Method,
    string Path,
    string? Target,
    int Status,
    string? Address,
    string? TraceId);

/// <summary>One page of the audit log, newest first.</summary>
/// <param name="Items">The entries.</param>
/// <param name="Next">Pass it as <c>after</c> to get the following page; absent on the last one.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntryResponse> Items, string? Next);
