using System.Net;
using System.Net.Http.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Audit;
using SocialSentiment.Contracts.Keys;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Support;

/// <summary>Keys for tests, made as an operator makes them, and what the audit log says of them.</summary>
internal static class TestKeys
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static string NewName() => "k" + Guid.NewGuid().ToString("N")[..12];

    public static async Task<CreatedKeyResponse> CreateAsync(
        HttpClient http, Scope scope, string? name = null, int? requestsPerMinute = null, DateTimeOffset? expiresAt = null)
    {
        using var response = await http.PostAsJsonAsync(
            "/keys", new CreateKeyRequest(name ?? NewName(), scope, requestsPerMinute, expiresAt), ContractsJson.Default.CreateKeyRequest, Token);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.CreatedKeyResponse, Token))!;
    }

    public static async Task RevokeAsync(HttpClient http, Guid id)
    {
        using var response = await http.DeleteAsync($"/keys/{id}", Token);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    public static async Task<KeyResponse> FindAsync(HttpClient http, Guid id)
        => (await http.GetFromJsonAsync("/keys", ContractsJson.Default.KeyList, Token))!.Items.Single(key => key.Id == id);

    public static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path = "/status")
    {
        using var response = await http.GetAsync(path, Token);
        return response.StatusCode;
    }

    /// <summary>What the log has of an actor, oldest first, when it has at least so much.</summary>
    public static async Task<IReadOnlyList<AuditEntryResponse>> AuditAsync(HttpClient http, string actor, int atLeast)
    {
        var page = await Eventually.GetAsync(
            async () => (await http.GetFromJsonAsync($"/audit?limit=200&actor={Uri.EscapeDataString(actor)}", ContractsJson.Default.AuditPage, Token))!,
            page => page.Items.Count >= atLeast,
            Token);
        return [.. page.Items.Reverse()];
    }
}
