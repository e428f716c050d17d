using System.Diagnostics;
using System.Reflection;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Batching;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.MlWorker.Inference.Tokenization;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Engines;

/// <summary>What is counted is the whole process, so that nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AloneInTheProcess;

[Collection(nameof(AllocationTests))]
public sealed class AllocationTests(TestRepositories repositories)
{
    private const int Rounds = 5;

    /// <summary>In bytes. Without optimization the compiler makes an object of the one method that waits.</summary>
    private static readonly int s_perCall
        = typeof(ClassifierEngine).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true } ? 192 : 16;

    private static readonly Call s_interactive = new(Priority.Interactive, long.MaxValue);

    [Fact]
    public async Task A_single_text_costs_next_to_no_memory()
    {
        await using var engine = repositories.Classifier(repositories.DistilBert, tokenizer: new CountingTokenizer());
        using var patience = new CancellationTokenSource();
        string[] texts = [.. Enumerable.Range(1, 40).Select(length => new string('a', length))];

        Assert.InRange(await LeastPerTextAsync(() => AskAllAsync(engine, texts, 1, patience.Token), texts.Length * Rounds), 0, s_perCall);
    }

    [Fact]
    public async Task A_text_in_a_batch_costs_next_to_no_memory()
    {
        await using var engine = repositories.Classifier(repositories.DistilBert, tokenizer: new CountingTokenizer());
        using var patience = new CancellationTokenSource();
        string[] texts = [.. Enumerable.Range(1, 320).Select(i => new string('a', 1 + (i % 40)))];

        Assert.InRange(await LeastPerTextAsync(() => AskAllAsync(engine, texts, 32, patience.Token), texts.Length * Rounds), 0, s_perCall / 16);
    }

    [Fact]
    public async Task Single_texts_of_many_callers_at_once_cost_next_to_no_memory()
    {
        await using var engine = repositories.Classifier(repositories.DistilBert, options: new InferenceOptions { Runners = 2, MaxBatchRows = 8 }, tokenizer: new CountingTokenizer());
        using var patience = new CancellationTokenSource();
        string[] texts = [.. Enumerable.Repeat(new string('a', 20), 40)];

        // What waits is pooled by thread, and now and then the wrong thread comes.
        Assert.InRange(
            await LeastPerTextAsync(() => Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => AskAllAsync(engine, texts, 1, patience.Token)))), 8 * texts.Length * Rounds),
            0,
            s_perCall + 64);
    }

    private static async Task AskAllAsync(ClassifierEngine engine, string[] texts, int together, CancellationToken cancellationToken)
    {
        var results = new TextScores[together];
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < texts.Length; i += together)
            {
                await engine.AnalyzeAsync(texts.AsMemory(i, together), results, s_interactive, cancellationToken);
                Assert.Null(results[0].Error);
            }
        }
    }

    /// <summary>In bytes; the first time makes what is kept, and of the others the runtime itself may disturb some.</summary>
    private static async Task<double> LeastPerTextAsync(Func<Task> work, int texts)
    {
        await work();
        var least = double.MaxValue;
        for (var i = 0; i < 4; i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await work();
            least = Math.Min(least, (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / texts);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{least:0.00} bytes per text");
        return least;
    }

    /// <summary>A token for each letter, and no memory.</summary>
    private sealed class CountingTokenizer : ITextTokenizer
    {
        public int MaxTokens => 64;

        public int PadId => 0;

        public int Encode(string text, Span<int> ids)
        {
            for (var i = 0; i < text.Length; i++)
            {
                ids[i] = 5 + i;
            }

            return text.Length;
        }

        public int EncodePlain(string text, Span<int> ids) => Encode(text, ids);
    }
}
