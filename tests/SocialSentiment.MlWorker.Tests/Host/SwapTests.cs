using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using SocialSentiment.Contracts;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Repositories;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Host;

/// <summary>Two models of opposite opinions take turns while everybody asks.</summary>
public sealed class SwapTests : IDisposable
{
    private const int Swaps = 100;
    private const int Callers = 8;
    private readonly string _folder = Directory.CreateTempSubdirectory("swaps-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_hundred_swaps_under_load_fail_nobody_and_mix_up_nothing()
    {
        await using var bench = new HostBench();
        var repository = TestRepository.WriteRoberta(Path.Combine(_folder, "right"));
        bench.Add("right", repository);
        EncoderNetwork.Model(repository.Weights.WithPermutedLabels()).Save(repository.Model);
        File.Delete(repository.QuantizedModel);
        bench.Add("turned", repository, entry => entry with { Golden = [], Languages = ["none"] });
        await bench.ActivateAsync("turned");
        await bench.ActivateAsync("right");

        string[] texts = [.. repository.Opinions.Select(opinion => opinion.Text)];
        var expected = new Dictionary<string, SentimentLabel[]>
        {
            ["right"] = [.. repository.Opinions.Select(opinion => (SentimentLabel)opinion.Label)],
            ["turned"] = [.. repository.Opinions.Select(opinion => (SentimentLabel)((opinion.Label + 2) % 3))],
        };
        ConcurrentBag<(bool InSwap, double Milliseconds)> answers = [];
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var isSwapping = false;
        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => AskAsync(caller), Token)).ToArray();

        List<Task> former = [];
        var memory = 0L;
        for (var i = 0; i < Swaps; i++)
        {
            if (i == Swaps / 10)
            {
                memory = Resident();
            }

            former.Add(bench.Host.Active!.Gone);
            Volatile.Write(ref isSwapping, true);
            await bench.ActivateAsync(i % 2 == 0 ? "turned" : "right");
            Volatile.Write(ref isSwapping, false);

            // Some time without a swap, to compare with.
            for (var request = 0; request < 5; request++)
            {
                await AskOnceAsync(Call.Bulk);
            }
        }

        await end.CancelAsync();
        await Task.WhenAll(callers);
        await Task.WhenAll(former).WaitAsync(Token);
        var after = Resident();

        Assert.Equal("right", Assert.Single(bench.Host.Loaded).Key);
        Assert.Equal(2 + Swaps, bench.Services.GetRequiredService<ActivationFile>().Current!.Number);
        Assert.InRange(after, 0, memory + (200L * 1024 * 1024));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{answers.Count} requests of {texts.Length} texts over {Swaps} swaps; p99 {Percentile99(inSwap: false):0.0} ms without and {Percentile99(inSwap: true):0.0} ms with a swap under way; "
            + $"resident {memory / 1024 / 1024} MB after {Swaps / 10} swaps, {after / 1024 / 1024} MB after {Swaps}.");

        async Task AskAsync(int caller)
        {
            while (!end.IsCancellationRequested)
            {
                await AskOnceAsync(caller % 2 == 0 ? Call.Bulk : new Call(Inference.Batching.Priority.Interactive, long.MaxValue));
            }
        }

        async Task AskOnceAsync(Call call)
        {
            var scores = new TextScores[texts.Length];
            var started = Stopwatch.GetTimestamp();
            var inSwap = Volatile.Read(ref isSwapping);
            var by = await bench.Sentiment.AnalyzeAsync(null, texts, scores, call, Token);
            answers.Add((inSwap || Volatile.Read(ref isSwapping), Stopwatch.GetElapsedTime(started).TotalMilliseconds));
            Assert.All(scores, score => Assert.Null(score.Error));
            Assert.Equal(expected[by.Model], scores.Select(score => score.Label));
        }

        double Percentile99(bool inSwap)
        {
            double[] sorted = [.. answers.Where(answer => answer.InSwap == inSwap).Select(answer => answer.Milliseconds).Order()];
            return sorted[sorted.Length * 99 / 100];
        }
    }

    private static long Resident()
    {
        GC.Collect();
        NativeMemory.GiveBack();
        return NativeMemory.Resident();
    }
}
