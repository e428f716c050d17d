using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.MlWorker.Inference.Onnx;
using SocialSentiment.MlWorker.Inference.Statistics;
using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Description;
using SocialSentiment.MlWorker.Tests.Engines;
using SocialSentiment.MlWorker.Tests.Statistics;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Gpt2;
using SocialSentiment.TestModels.Onnx;
using SocialSentiment.TestModels.Repositories;
using Xunit;

[assembly: AssemblyFixture(typeof(TestRepositories))]

namespace SocialSentiment.MlWorker.Tests.Engines;

/// <summary>Tiny models in the form in which the hub has them, written once for all tests, and engines over them.</summary>
public sealed class TestRepositories : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("test-engines-").FullName;
    private readonly Lazy<EncoderRepository> _bert;
    private readonly Lazy<EncoderRepository> _distilBert;
    private readonly Lazy<EncoderRepository> _roberta;
    private readonly Lazy<Gpt2Repository> _gpt2;
    private int _networks;

    public TestRepositories()
    {
        _bert = new(() => TestRepository.WriteBert(Path.Combine(_folder, "bert")));
        _distilBert = new(() => TestRepository.WriteDistilBert(Path.Combine(_folder, "distilbert")));
        _roberta = new(() => TestRepository.WriteRoberta(Path.Combine(_folder, "roberta")));
        _gpt2 = new(() => TestRepository.WriteGpt2(Path.Combine(_folder, "gpt2")));
    }

    public EncoderRepository DistilBert => _distilBert.Value;

    public Gpt2Repository Gpt2 => _gpt2.Value;

    public EncoderRepository Encoder(EncoderKind kind) => kind switch
    {
        EncoderKind.Bert => _bert.Value,
        EncoderKind.DistilBert => _distilBert.Value,
        _ => _roberta.Value,
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What the networks of a repository must answer for a text, in the three words of the platform.</summary>
    internal static TextScores Expect(EncoderRepository repository, string text)
    {
        float[] logits = [.. repository.Expect(text).Select(logit => (float)logit)];
        var scores = new double[3];
        Assert.True(LabelContract.From(repository.Weights.Config.Labels).TryMap(logits, scores));
        return new TextScores(scores[0], scores[1], scores[2]);
    }

    internal static OnnxNetwork Load(string path, int threads = 1)
        => OnnxNetwork.Load(path, threads, new ComputeDevice(Options.Create(new InferenceOptions()), NullLogger<ComputeDevice>.Instance), NullLogger.Instance);

    /// <summary>Writes a file that somebody takes for a network.</summary>
    internal string Save(byte[] network)
    {
        var path = Path.Combine(_folder, $"network-{Interlocked.Increment(ref _networks)}.onnx");
        File.WriteAllBytes(path, network);
        return path;
    }

    internal OnnxNetwork Load(OnnxModel network) => Load(Save(network.ToArray()));

    /// <param name="network">None: that of the repository.</param>
    internal ClassifierEngine Classifier(
        EncoderRepository repository, OnnxModel? network = null, InferenceOptions? options = null, ITextTokenizer? tokenizer = null, ModelStatistics? statistics = null)
    {
        var path = network is null ? repository.Model : Save(network.ToArray());
        var loaded = Load(path);
        var wide = Load(path, threads: 2);
        try
        {
            return new ClassifierEngine(
                loaded,
                tokenizer ?? TokenizerFactory.Create(repository.Folder, TextNormalization.None),
                LabelContract.From(repository.Weights.Config.Labels),
                "fp32",
                options ?? new InferenceOptions { Runners = 1 },
                statistics ?? TestStatistics.Create(),
                TimeProvider.System,
                wide);
        }
        catch
        {
            loaded.Dispose();
            wide.Dispose();
            throw;
        }
    }
}

internal static class EngineExtensions
{
    public static async Task<TextScores[]> AskAsync(this ISentimentEngine engine, params string[] texts)
    {
        var results = new TextScores[texts.Length];
        await engine.AnalyzeAsync(texts, results, Call.Bulk, TestContext.Current.CancellationToken);
        return results;
    }

    public static void AssertEqual(TextScores expected, TextScores actual, double tolerance = 1e-4)
    {
        Assert.Null(actual.Error);
        Assert.Equal(expected.Negative, actual.Negative, tolerance);
        Assert.Equal(expected.Neutral, actual.Neutral, tolerance);
        Assert.Equal(expected.Positive, actual.Positive, tolerance);
    }
}
