using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts.Models;
using SocialSentiment.Messaging;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Fuzz;

/// <summary>
/// Thousands of requests to every operation of the document, most of them wrong in some way. Whatever is asked, the API
/// answers in time, says what is wrong, and does not fail. FUZZ_SEED repeats a run, FUZZ_CASES says how long it is.
/// </summary>
public sealed class FuzzTests
{
    private const int AtOnce = 16;
    private const int MostComplaints = 10;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_is_asked_the_answer_makes_sense()
    {
        var seed = Setting("FUZZ_SEED", Random.Shared.Next());
        var cases = Setting("FUZZ_CASES", 4_000);

        // What is done here to posts, keys and switches would disturb every other test, and so would the load.
        var starting = (Postgres: TestPostgres.StartAsync(Token), RabbitMq: TestRabbitMq.StartAsync(Token));
        await using var postgres = await starting.Postgres;
        await using var rabbitMq = await starting.RabbitMq;
        using var log = new ErrorLog();
        await using var api = new ApiFactory(postgres.ConnectionString, rabbitMq.ConnectionString, ("Replies:GiveUpAfter", "00:00:02"), ("Replies:WithoutWorkerAfter", "00:00:00.2")) { Log = log }.OnSocket();
        using var http = api.CreateClient();
        await Servers.HealthyAsync(http);
        await using var predicting = await PredictingWorker.StartAsync(rabbitMq.ConnectionString);
        using var worker = await StandInWorker.StartAsync(rabbitMq.ConnectionString);
        await worker.SayAsync(StandInWorker.List("worker", "compact", StandInWorker.Model("compact", ModelState.Loaded, active: true)));

        // Something for the operations that are about what went wrong.
        await worker.Publisher.PublishAsync(Queues.Results, new OutgoingMessage<byte[]>("no result"u8.ToArray(), "no-result"), Token);
        await Eventually.TrueAsync(async () => (await http.GetStringAsync("/dead-letters", Token)).Contains("malformed", StringComparison.Ordinal), Token);

        // It is said after it is written down.
        await Eventually.TrueAsync(() => Task.FromResult(log.Errors.Any(error => error.Contains("DeadLettersHandler", StringComparison.Ordinal))), Token);
        log.Forget();

        var document = new ApiDocument(await http.GetStringAsync("/openapi/v1.json", Token));
        Assert.True(document.Operations.Count > 10);
        var maker = new CaseMaker(document);
        var check = new AnswerCheck(document);
        var complaints = new ConcurrentDictionary<(string Operation, string Complaint), string>();
        var statuses = new ConcurrentDictionary<(string Operation, int Status), int>();
        using var client = Client(http);
        await Parallel.ForEachAsync(Enumerable.Range(0, cases), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Token }, async (number, token) =>
        {
            if (complaints.Count >= MostComplaints)
            {
                return;
            }

            var asked = maker.Make(new Random(HashOf(seed, number)));
            var started = Stopwatch.GetTimestamp();
            if (await AskAsync(client, http.BaseAddress!, asked, maker, check, statuses, token) is { } complaint)
            {
                // The same again is no news.
                complaints.TryAdd((asked.Operation.ToString(), complaint.Split(':')[0]), $"case {number}, after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s: {complaint}\n    {asked}");
            }
        });

        var unasked = document.Operations.Where(operation => !statuses.Keys.Any(seen => seen.Operation == operation.ToString())).ToArray();
        var report = $"FUZZ_SEED={seed} FUZZ_CASES={cases}\n{string.Join('\n', complaints.Values)}\n{string.Join('\n', log.Errors.Take(MostComplaints))}";
        Assert.True(complaints.IsEmpty && log.Errors.Count == 0, report);
        Assert.True(unasked.Length == 0 || cases < 1_000, $"Not asked: {string.Join<Operation>(", ", unasked)}");

        // It has not only been told off: something was taken in.
        Assert.True(statuses.Keys.Any(seen => seen.Status == 201) || cases < 1_000, report);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', statuses.OrderBy(seen => seen.Key.Operation, StringComparer.Ordinal).ThenBy(seen => seen.Key.Status).Select(seen => $"{seen.Key.Operation} {seen.Key.Status}: {seen.Value}")));
        await Servers.HealthyAsync(http);
    }

    private static async Task<string?> AskAsync(
        HttpClient client, Uri server, FuzzCase asked, CaseMaker maker, AnswerCheck check, ConcurrentDictionary<(string Operation, int Status), int> statuses, CancellationToken token)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(s_patience);
        try
        {
            using var request = asked.ToRequest(server);
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            statuses.AddOrUpdate((asked.Operation.ToString(), (int)answer.StatusCode), 1, (_, count) => count + 1);

            // A stream never ends: its beginning is enough.
            var isStream = answer.Content.Headers.ContentType?.MediaType == "text/event-stream";
            var body = isStream ? await BeginningAsync(answer, patience.Token) : await answer.Content.ReadAsStringAsync(patience.Token);
            var complaint = check.Complaint(asked, answer, body, out var json);
            maker.Learn(json);
            return complaint;
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return $"no answer within {s_patience.TotalSeconds} s";
        }
        catch (HttpRequestException error)
        {
            return $"no answer: {error.GetBaseException().Message}";
        }
    }

    private static async Task<string> BeginningAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var buffer = new byte[16];
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, cancellationToken));
    }

    /// <summary>Sends what other clients would not.</summary>
    private static HttpClient Client(HttpClient like)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { Timeout = Timeout.InfiniteTimeSpan };
        foreach (var (name, values) in like.DefaultRequestHeaders)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation(name, values);
        }

        return client;
    }

    /// <summary>The same in every process, unlike <see cref="HashCode"/>.</summary>
    private static int HashOf(int seed, int number) => unchecked((seed * 397) ^ (number * 7_919));

    private static int Setting(string name, int byDefault)
        => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : byDefault;
}
