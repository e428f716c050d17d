using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SocialSentiment.Contracts;
using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Batching;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.ServiceDefaults;

namespace SocialSentiment.Bench.Inference;

/// <summary>
/// Two versions of one model take each other's place, again and again, while callers come at a fixed rate that keeps about
/// half of the machine busy. The versions contradict each other on every text, so that an answer shows who has given it.
/// </summary>
internal sealed class Swaps(BenchModels models, IReadOnlyList<string> texts, Arguments arguments)
{
    /// <summary>Swaps after which the memory has what it needs.</summary>
    private const int Settling = 5;
    private const int Callers = 8;
    private const double Load = 0.5;

    private readonly int _swaps = arguments.Count("swaps", 100);
    private readonly string[] _probes = [.. models.Probes];
    private readonly ConcurrentQueue<(long Due, long Ended)> _answers = [];
    private readonly ConcurrentDictionary<string, int> _failures = [];
    private int _contradictions;

    public async Task RunAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:rabbitmq"] = "amqp://127.0.0.1:1",
            ["ModelStore:Folder"] = models.Folder,
            ["Models:Precisions:0"] = "int8",
        });
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.AddMessaging();
        builder.AddInference();

        // Not started: what would look after the model by itself stays out of the way.
        await using var app = builder.Build();
        var host = app.Services.GetRequiredService<ModelHost>();
        var service = app.Services.GetRequiredService<SentimentService>();
        string[] versions = [models.Stored(BenchModels.DistilBert, 1).Version, models.Stored(BenchModels.DistilBert, 2).Version];
        await host.ActivateAsync(BenchModels.DistilBert, versions[0], "bench", CancellationToken.None);

        var capacity = await CapacityAsync(service);
        using var stop = new CancellationTokenSource();
        var load = Task.Run(() => LoadAsync(service, versions, Load * capacity, stop.Token));
        await Task.Delay(TimeSpan.FromSeconds(3));
        _answers.Clear();

        List<(long Start, long End)> swaps = [];
        List<double> memory = [];
        for (var i = 0; i < _swaps; i++)
        {
            var former = host.Active!;
            var start = Stopwatch.GetTimestamp();
            await host.ActivateAsync(BenchModels.DistilBert, versions[(i + 1) % 2], "bench", CancellationToken.None);
            await former.Gone;
            swaps.Add((start, Stopwatch.GetTimestamp()));

            // As long as it took, so that there are as many answers without a swap to compare with.
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(0.3, Stopwatch.GetElapsedTime(start).TotalSeconds)));
            memory.Add(NativeMemory.Resident() / 1e6);
        }

        await stop.CancelAsync();
        await load;

        var during = Percentiles.Of(Latencies(swaps, inside: true));
        var outside = Percentiles.Of(Latencies(swaps, inside: false));
        var took = Percentiles.Of(swaps.Select(swap => Stopwatch.GetElapsedTime(swap.Start, swap.End).TotalMilliseconds));
        var settled = Percentiles.Of(memory.Skip(Settling - 1).Take(Settling)).P50;
        var end = Percentiles.Of(memory.TakeLast(Settling)).P50;
        Console.WriteLine($"{_swaps} swaps of DistilBERT int8 under {Load * capacity:0} texts/s, half of what it can ({texts.Count} texts known, {_probes.Length} asked)\n");
        Table.Print(["", "answers", "p50 ms", "p99 ms", "max ms"],
        [
            ["during a swap", $"{during.Count}", $"{during.P50:0.0}", $"{during.P99:0.0}", $"{during.Max:0.0}"],
            ["outside", $"{outside.Count}", $"{outside.P50:0.0}", $"{outside.P99:0.0}", $"{outside.Max:0.0}"],
        ]);
        Console.WriteLine();
        Table.Print(["Swaps", "failed requests", "answers of the wrong model", "p99 more during a swap, ms", "a swap takes, p50 / max ms", $"memory after {Settling}, MB", "at the end, MB", "growth"],
        [
            [
                $"{_swaps}", $"{_failures.Values.Sum()}", $"{_contradictions}", $"{during.P99 - outside.P99:0.0}", $"{took.P50:0} / {took.Max:0}",
                $"{settled:0}", $"{end:0}", $"{(end / settled) - 1:P1}",
            ],
        ]);
        foreach (var (failure, count) in _failures)
        {
            Console.WriteLine($"{count} x {failure}");
        }

        Console.WriteLine();
    }

    private IEnumerable<double> Latencies(List<(long Start, long End)> swaps, bool inside)
        => _answers.Where(answer => swaps.Any(swap => answer.Due < swap.End && answer.Ended > swap.Start) == inside)
            .Select(answer => Stopwatch.GetElapsedTime(answer.Due, answer.Ended).TotalMilliseconds);

    /// <summary>Texts per second when callers ask one by one, as fast as they are answered.</summary>
    private async Task<double> CapacityAsync(SentimentService service)
    {
        var answered = 0;
        for (var round = 0; round < 2; round++)
        {
            answered = 0;
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
            {
                var scores = new TextScores[1];
                for (var i = caller; Stopwatch.GetElapsedTime(started).TotalSeconds < 3; i++)
                {
                    await service.AnalyzeAsync(null, _probes.AsMemory(i % _probes.Length, 1), scores, new Call(Priority.Interactive, long.MaxValue), CancellationToken.None);
                    Interlocked.Increment(ref answered);
                }
            })));
        }

        return answered / 3.0;
    }

    /// <summary>Requests begin when their time has come, whether or not others have been answered; latency counts from then.</summary>
    private async Task LoadAsync(SentimentService service, string[] versions, double rate, CancellationToken stop)
    {
        ConcurrentDictionary<Task, bool> running = [];
        var due = Stopwatch.GetTimestamp();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            due += (long)(Stopwatch.Frequency / rate);
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (wait > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(wait, CancellationToken.None);
            }

            var (probe, when) = (i % _probes.Length, due);
            var asking = Task.Run(() => AskAsync(service, versions, probe, when), CancellationToken.None);
            running[asking] = true;
            _ = asking.ContinueWith(done => running.TryRemove(done, out _), TaskScheduler.Default);
        }

        await Task.WhenAll(running.Keys);
    }

    private async Task AskAsync(SentimentService service, string[] versions, int probe, long due)
    {
        var scores = new TextScores[1];
        try
        {
            var who = await service.AnalyzeAsync(null, _probes.AsMemory(probe, 1), scores, new Call(Priority.Interactive, long.MaxValue), CancellationToken.None);
            if (scores[0].Error is { } error)
            {
                _failures.AddOrUpdate(error.Message, 1, (_, so) => so + 1);
                return;
            }

            _answers.Enqueue((due, Stopwatch.GetTimestamp()));
            var expected = BenchModels.ProbeLabel(probe, Array.IndexOf(versions, who.Version) + 1) == 1 ? SentimentLabel.Positive : SentimentLabel.Negative;
            if (scores[0].Label != expected)
            {
                Interlocked.Increment(ref _contradictions);
            }
        }
        catch (Exception error)
        {
            _failures.AddOrUpdate($"{error.GetType().Name}: {error.Message}", 1, (_, so) => so + 1);
        }
    }
}
