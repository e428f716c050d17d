using System.Text.Json;
using Xunit;

namespace SocialSentiment.Api.Tests.Support;

/// <summary>The operations that the API's own description knows.</summary>
internal static class OpenApi
{
    /// <summary>What is open to everybody.</summary>
    public static readonly string[] Open = ["/", "/alive", "/health"];

    public static async Task<IReadOnlyList<Operation>> ReadAsync(HttpClient http)
    {
        using var document = JsonDocument.Parse(await http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));
        return
        [
            .. document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation =>
                new Operation(path.Name, new HttpMethod(operation.Name.ToUpperInvariant()), operation.Value.Clone()))),
        ];
    }

    internal sealed record Operation(string Path, HttpMethod Method, JsonElement Description)
    {
        public bool IsOpen => Open.Contains(Path);

        public bool Changes => Method != HttpMethod.Get && !Path.StartsWith("/predict", StringComparison.Ordinal);

        public bool IsAdmins => Path.StartsWith("/keys", StringComparison.Ordinal) || Path is "/audit" or "/failsafe/reset" or "/failsafe/isolate";

        /// <summary>Calls it with whatever fits its path; only who is let in matters.</summary>
        public async Task<HttpResponseMessage> CallAsync(HttpClient http)
        {
            var request = new HttpRequestMessage(Method, Path.Replace("{id}", $"{Guid.NewGuid()}", StringComparison.Ordinal).Replace("{reply}", $"{Guid.NewGuid()}", StringComparison.Ordinal));
            if (Changes)
            {
                request.Content = new StringContent("{}", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
            }

            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        }

        public override string ToString() => $"{Method} {Path}";
    }
}
