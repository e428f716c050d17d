using SocialSentiment.Contracts.Status;

namespace SocialSentiment.ServiceDefaults.Status;

/// <summary>
/// Knows more of a service than every service has to tell. All registered ones are asked at the same time, and what comes
/// too late is left out.
/// </summary>
public interface IStatusSource
{
    /// <summary>Looks, and returns what writes the findings into the status.</summary>
    Task<Func<StatusResponse, StatusResponse>> LookAsync(CancellationToken cancellationToken);
}
