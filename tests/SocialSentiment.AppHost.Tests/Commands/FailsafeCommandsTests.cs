using System.Net;
using System.Net.Http.Json;
using SocialSentiment.AppHost.Commands;
using SocialSentiment.AppHost.Tests.Support;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Failsafe;

namespace SocialSentiment.AppHost.Tests.Commands;

/// <summary>The commands against what the API answers, written by its own contracts.</summary>
public class FailsafeCommandsTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shows_every_replica_and_what_happened_to_them()
    {
        var service = new AnsweringService();
        var (counts, error) = (new FailsafeCounts(10, 7, 3, 5, 0, 1), new FailsafeError(s_now, "Nobody answered."));
        service.Answers["GET /failsafe/status"] = () => JsonContent.Create(
            new FailsafeStatusResponse(
                FailsafeState.Open, s_now, 3, 3, 300, 60, s_now.AddSeconds(60), counts, error,
                [new FailsafeTransition(s_now, "api-1", FailsafeState.Open, "3 failures | enough")],
                [new FailsafeReplica("api-1", FailsafeState.Open, s_now, 3, s_now.AddSeconds(60), counts, error)]),
            ContractsJson.Default.FailsafeStatusResponse);

        var result = await FailsafeCommands.ShowAsync(service.Client, new([]), Token);

        var (now, next) = ($"{s_now.ToLocalTime():HH:mm:ss}", $"{s_now.AddSeconds(60).ToLocalTime():HH:mm:ss}");
        Assert.Equal("Open: the model has failed too often, the lexicon answers.", result.Message);
        Assert.Equal(
            $"""
            Open: the model has failed too often, the lexicon answers. Asked 10 times, answered 7, failed 3; texts labelled by the lexicon in its place: 5.

            Last error, {now}: Nobody answered.

            | Replica | State | Since | Failures | Next probe | Fallbacks |
            | --- | --- | --- | --- | --- | --- |
            | api-1 | open | {now} | 3 of 3 | {next} | 5 |


            | When | Replica | State | Why |
            | --- | --- | --- | --- |
            | {now} | api-1 | open | 3 failures \| enough |

            """.ReplaceLineEndings("\n"),
            result.Data!.Value);
    }

    [Fact]
    public async Task Isolates_and_resets()
    {
        var service = new AnsweringService();
        service.Answers["POST /failsafe/isolate"] = service.Answers["POST /failsafe/reset"] = () => new StringContent("{}");

        Assert.Equal("The lexicon answers predictions until the circuit breaker is reset.", (await FailsafeCommands.IsolateAsync(service.Client, new([]), Token)).Message);
        Assert.Equal("The circuit breaker is closed on every replica: the model is asked again.", (await FailsafeCommands.ResetAsync(service.Client, new([]), Token)).Message);
    }

    [Fact]
    public async Task Says_why_an_order_was_refused()
    {
        var service = new AnsweringService { Status = HttpStatusCode.Unauthorized };
        service.Answers["POST /failsafe/isolate"] = () => JsonContent.Create(new Dictionary<string, string> { ["detail"] = "There is no such key." });

        var result = await FailsafeCommands.IsolateAsync(service.Client, new([]), Token);

        Assert.Equal((false, "There is no such key."), (result.Success, result.Message));
    }
}
