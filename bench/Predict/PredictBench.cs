using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace SocialSentiment.Bench.Predict;

/// <summary>The API and the model service in turns, round by round, so that what the machine does besides hits both.</summary>
internal sealed class PredictBench(Target api, Target service, IReadOnlyList<string> texts, Arguments arguments)
{
    private const int Rounds = 3;
    private static readonly int[] s_callers = [1, 8, 64];

    private readonly double _seconds = arguments.Number("seconds", 4);
    private readonly double _rate = arguments.Number("rate", 200);
    private readonly string _model = arguments.Text("model", "the model");
    private readonly byte[][] _toApi = [.. texts.Select(api.Body)];
    private readonly byte[][] _toService = [.. texts.Select(service.Body)];
    private int _next;

    public async Task RunAsync()
    {
        foreach (var callers in (int[])[8, 64])
        {
            await ClosedAsync(service, callers);
            await ClosedAsync(api, callers);
        }

        await OpenAsync(api);
        List<string[]> rows = [];
        foreach (var callers in s_callers)
        {
            List<Answered> throughApi = [], direct = [];
            var (apiTook, directTook) = (0.0, 0.0);
            for (var round = 0; round < Rounds; round++)
            {
                directTook += await MeasureAsync(direct, () => ClosedAsync(service, callers));
                apiTook += await MeasureAsync(throughApi, () => ClosedAsync(api, callers));
            }

            rows.Add(Row(service.Name, $"{callers} callers", direct, directTook, null));
            rows.Add(Row(api.Name, $"{callers} callers", throughApi, apiTook, direct));
        }

        List<Answered> paced = [], pacedDirect = [];
        var took = 0.0;
        var tookDirect = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            tookDirect += await MeasureAsync(pacedDirect, () => OpenAsync(service));
            took += await MeasureAsync(paced, () => OpenAsync(api));
        }

        rows.Add(Row(service.Name, $"{_rate:0} a second", pacedDirect, tookDirect, null));
        rows.Add(Row(api.Name, $"{_rate:0} a second", paced, took, pacedDirect));

        await api.OrderAsync("isolate");
        foreach (var callers in s_callers)
        {
            List<Answered> fallback = [];
            rows.Add(Row("the lexicon in its place", $"{callers} callers", fallback, await MeasureAsync(fallback, () => ClosedAsync(api, callers)), null));
        }

        await api.OrderAsync("reset");

        Console.WriteLine($"POST /predict with {_model}, {Environment.ProcessorCount} cores for callers, API, broker, worker and database together:\n");
        Table.Print(["Asked", "by", "texts/s", "p50 ms", "p99 ms", "max ms", "its own p50 ms", "p50 above the model's own", "failed", "by the lexicon"], rows);
        Console.WriteLine();
    }

    private static async Task<double> MeasureAsync(List<Answered> into, Func<Task<IReadOnlyCollection<Answered>>> measure)
    {
        var started = Stopwatch.GetTimestamp();
        into.AddRange(await measure());
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <param name="direct">What the model service answered meanwhile: its own account of its time is the model's.</param>
    private static string[] Row(string asked, string by, List<Answered> answers, double seconds, List<Answered>? direct)
    {
        var seen = Percentiles.Of(answers.Where(answer => answer.Ok).Select(answer => answer.Milliseconds));
        var own = Percentiles.Of(answers.Where(answer => answer.Ok).Select(answer => answer.ProcessingMs));
        return
        [
            asked, by, (answers.Count / seconds).ToString("#,0", CultureInfo.InvariantCulture), $"{seen.P50:0.00}", $"{seen.P99:0.0}", $"{seen.Max:0.0}", $"{own.P50:0.00}",
            direct is null ? "" : $"{own.P50 - Percentiles.Of(direct.Select(answer => answer.ProcessingMs)).P50:0.00}",
            $"{answers.Count(answer => !answer.Ok)}", $"{answers.Count(answer => answer.FallbackUsed)}",
        ];
    }

    private async Task<IReadOnlyCollection<Answered>> ClosedAsync(Target target, int callers)
    {
        ConcurrentQueue<Answered> answers = [];
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < _seconds)
            {
                answers.Enqueue(await target.AskAsync(NextFor(target), Stopwatch.GetTimestamp()));
            }
        })));
        return answers;
    }

    /// <summary>Arrivals at a fixed rate, whatever becomes of them; time counts from when a request was due.</summary>
    private async Task<IReadOnlyCollection<Answered>> OpenAsync(Target target)
    {
        ConcurrentQueue<Answered> answers = [];
        List<Task> asking = [];
        var started = Stopwatch.GetTimestamp();
        for (var number = 0; number < _rate * _seconds; number++)
        {
            var due = started + (long)(number / _rate * Stopwatch.Frequency);
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }

            asking.Add(AskAsync(due));
        }

        await Task.WhenAll(asking);
        return answers;

        async Task AskAsync(long due) => answers.Enqueue(await target.AskAsync(NextFor(target), due));
    }

    private byte[] NextFor(Target target)
    {
        var bodies = target.IsApi ? _toApi : _toService;
        return bodies[(int)((uint)Interlocked.Increment(ref _next) % (uint)bodies.Length)];
    }
}
