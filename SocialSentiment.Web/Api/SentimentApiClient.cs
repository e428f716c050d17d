using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Status;

namespace SocialSentiment.Web.Api;

/// <summary>The platform's HTTP API, typed.</summary>
public sealed class SentimentApiClient(HttpClient http)
{
    public async Task<StatusResponse> GetStatusAsync(CancellationToken cancellationToken)
        => await http.GetFromJsonAsync("status", ContractsJson.Default.StatusResponse, cancellationToken)
            ?? throw new HttpRequestException("The API answered with nothing.");

    public async Task EnsureAliveAsync(CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync("alive", cancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
