using System.Net.Http.Json;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Accounting;
using SocialSentiment.Contracts.DeadLetters;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Faults.Workload;

namespace SocialSentiment.Faults.Checking;

/// <summary>What the platform shows after everything has come to rest.</summary>
/// <param name="Posts">Every post of the source.</param>
/// <param name="Details">Some of them with all their analyses.</param>
/// <param name="Accounting">With a recount.</param>
/// <param name="DeadLetters">All of them.</param>
/// <param name="Feed">What a listener saw from before the first post on; nothing if nobody listened.</param>
/// <param name="FeedResets">How often the listener was told that its place is unknown.</param>
internal sealed record Readback(
    IReadOnlyList<PostResponse> Posts,
    IReadOnlyList<PostDetailResponse> Details,
    AccountingResponse Accounting,
    IReadOnlyList<DeadLetterResponse> DeadLetters,
    IReadOnlyList<FeedEvent>? Feed,
    int FeedResets)
{
    // Enough to see a habit; one request each.
    private const int MostDetails = 500;

    public static async Task<Readback> TakeAsync(HttpClient http, Uri api, string source, FeedRecorder? feed, CancellationToken cancellationToken)
    {
        List<PostResponse> posts = [];
        for (string? after = ""; after is not null;)
        {
            var page = await http.GetFromJsonAsync(new Uri(api, $"/posts?source={source}&limit=200{After(after)}"), ContractsJson.Default.PostPage, cancellationToken);
            posts.AddRange(page!.Items);
            after = page.Next;
        }

        List<DeadLetterResponse> letters = [];
        for (string? after = ""; after is not null;)
        {
            var page = await http.GetFromJsonAsync(new Uri(api, $"/dead-letters?limit=100{After(after)}"), ContractsJson.Default.DeadLetterPage, cancellationToken);
            letters.AddRange(page!.Items);
            after = page.Next;
        }

        List<PostDetailResponse> details = [];
        var step = Math.Max(1, posts.Count / MostDetails);
        for (var i = 0; i < posts.Count; i += step)
        {
            details.Add((await http.GetFromJsonAsync(new Uri(api, $"/posts/{posts[i].Id}"), ContractsJson.Default.PostDetailResponse, cancellationToken))!);
        }

        var accounting = await http.GetFromJsonAsync(new Uri(api, "/accounting?recount=true"), ContractsJson.Default.AccountingResponse, cancellationToken);
        return new Readback(posts, details, accounting!, letters, feed?.Events, feed?.Resets ?? 0);

        static string After(string after) => after.Length == 0 ? "" : $"&after={Uri.EscapeDataString(after)}";
    }
}
