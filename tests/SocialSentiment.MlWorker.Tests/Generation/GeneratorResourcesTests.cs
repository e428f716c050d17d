using System.Diagnostics;
using System.Diagnostics.Metrics;
using SocialSentiment.MlWorker.Inference.Generation;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.MlWorker.Tests.Engines;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Generation;

/// <summary>What is counted is the whole process, so that nothing else may run meanwhile.</summary>
[Collection(nameof(AllocationTests))]
public sealed class GeneratorResourcesTests(TestRepositories repositories)
{
    private const string Prompt = "Tweet: I love this, it is great!\nSentiment:";
    private static readonly GenerationSettings s_settings = new() { Samples = 3, MaxTokens = 40, Temperature = 1 };

    [Theory]
    [InlineData(NetworkForm.Merged)]
    [InlineData(NetworkForm.Separate)]
    public async Task Three_hundred_texts_leave_no_memory_behind(NetworkForm form)
    {
        await using var generator = repositories.Generator(form);
        await WriteAsync(100);
        var before = Settled();

        await WriteAsync(300);

        var after = Settled();
        TestContext.Current.TestOutputHelper?.WriteLine($"managed {before.Managed / 1024} to {after.Managed / 1024} kB, resident {before.Resident / 1024} to {after.Resident / 1024} kB");

        // A cache of one text alone has 60 kB, and each takes one to its end.
        Assert.InRange(after.Managed - before.Managed, long.MinValue, 200 * 1024);
        Assert.InRange(after.Resident - before.Resident, long.MinValue, 8 * 1024 * 1024);

        async Task WriteAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                await generator.WriteAsync(Prompt, s_settings with { Seed = i }, (sample, _, tokens) => sample != 1 || tokens < 20);
            }
        }

        static (long Managed, long Resident) Settled()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            NativeMemory.GiveBack();
            return (GC.GetTotalMemory(forceFullCollection: true), NativeMemory.Resident());
        }
    }

    [Fact]
    public async Task A_token_costs_little_managed_memory()
    {
        await using var generator = repositories.Generator();
        var settings = s_settings with { MaxTokens = 200, NoRepeatNgram = 3, RepetitionPenalty = 1.2f };
        var least = double.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            await generator.WriteAsync(Prompt, settings with { MaxTokens = 1 });
            var start = GC.GetTotalAllocatedBytes(precise: true);
            await generator.WriteAsync(Prompt, settings with { MaxTokens = 1 });
            var middle = GC.GetTotalAllocatedBytes(precise: true);
            var texts = await generator.WriteAsync(Prompt, settings);
            var end = GC.GetTotalAllocatedBytes(precise: true);
            least = Math.Min(least, (end - middle - (middle - start)) / (double)texts.Max(text => text.Tokens));
        }

        // The binding takes its names as bytes and gives its results as objects: 4 tensors of a cache in 2 layers.
        TestContext.Current.TestOutputHelper?.WriteLine($"{least:0} bytes for a step of 3 tokens");
        Assert.InRange(least, 0, 4_000);
    }

    [Fact]
    public async Task What_is_written_is_counted_and_traced()
    {
        Dictionary<string, double> measured = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, meters) =>
        {
            if (instrument.Name.StartsWith("sentiment.generation.", StringComparison.Ordinal))
            {
                meters.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        List<Activity> activities = [];
        using var traces = new ActivityListener
        {
            ShouldListenTo = source => source.Name == WorkerTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activities.Add,
        };
        ActivitySource.AddActivityListener(traces);
        await using var generator = repositories.Generator();

        var texts = await generator.WriteAsync(Prompt, s_settings);

        var tokens = texts.Sum(text => text.Tokens);
        Assert.Equal(tokens, measured["sentiment.generation.tokens"]);
        Assert.Equal(repositories.Gpt2.Tokenizer.EncodePlain(Prompt).Length, measured["sentiment.generation.prompt_tokens"]);
        Assert.True(measured["sentiment.generation.first_token.duration"] > 0);
        Assert.True(measured["sentiment.generation.rate"] > 0);
        var activity = Assert.Single(activities, activity => activity.OperationName == "generate");
        Assert.Equal([new("model", "test"), new("samples", 3), new("tokens", tokens)], activity.TagObjects);

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            Assert.Equal("test", Assert.Single(tags.ToArray(), tag => tag.Key == "model").Value);
            measured[instrument.Name] = measured.GetValueOrDefault(instrument.Name) + value;
        }
    }
}
