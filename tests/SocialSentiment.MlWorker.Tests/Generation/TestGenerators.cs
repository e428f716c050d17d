using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using SocialSentiment.MlWorker.Inference.Generation;
using SocialSentiment.MlWorker.Inference.Onnx;
using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Description;
using SocialSentiment.MlWorker.Tests.Engines;
using SocialSentiment.TestModels.Gpt2;
using SocialSentiment.TestModels.Onnx;
using SocialSentiment.TestModels.Weights;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Generation;

/// <summary>The forms of networks that a generator knows.</summary>
public enum NetworkForm
{
    /// <summary>One network with <c>use_cache_branch</c>.</summary>
    Merged,

    /// <summary>A network for the prompt, and one for what follows.</summary>
    Separate,

    /// <summary>One network whose past may be empty.</summary>
    OneForAll,

    /// <summary>One network that knows no past.</summary>
    WholeText,
}

/// <summary>Generators over the weights of the test repository, and what they must write, worked out without ONNX and without a cache.</summary>
internal static class TestGenerators
{
    public static readonly GenerationSettings Greedy = new() { Temperature = 0, TopK = 0, TopP = 1, MaxTokens = 20 };

    public static GenerationMetrics Metrics { get; }
        = new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    public static Generator Generator(this TestRepositories repositories, NetworkForm form = NetworkForm.Merged, Precision precision = Precision.Full, bool positionIds = true)
        => repositories.Generator(repositories.Decoder(form, precision, positionIds));

    public static Generator Generator(this TestRepositories repositories, OnnxModel model, TimeProvider? time = null, GenerationOptions? options = null)
        => repositories.Generator(repositories.Decoder(repositories.Load(model)), time, options);

    public static Generator Generator(this TestRepositories repositories, DecoderNetwork network, TimeProvider? time = null, GenerationOptions? options = null)
        => new("test", network, TokenizerFactory.Create(repositories.Gpt2.Folder, TextNormalization.None), TokenTexts.Read(repositories.Gpt2.Folder), options ?? new GenerationOptions(), Metrics, time ?? TimeProvider.System);

    public static DecoderNetwork Decoder(this TestRepositories repositories, NetworkForm form, Precision precision = Precision.Full, bool positionIds = true)
    {
        var weights = repositories.Gpt2.Weights;
        weights = weights with { Config = weights.Config with { PositionIds = positionIds } };
        return form switch
        {
            NetworkForm.Merged => repositories.Decoder(Load(Gpt2Form.Merged)),
            NetworkForm.Separate => repositories.Decoder(Load(Gpt2Form.Decoder), Load(Gpt2Form.DecoderWithPast)),
            NetworkForm.OneForAll => repositories.Decoder(Load(Gpt2Form.DecoderWithPast)),
            _ => repositories.Decoder(Load(Gpt2Form.Decoder)),
        };

        OnnxNetwork Load(Gpt2Form part) => repositories.Load(Gpt2Network.Model(weights, part, precision));
    }

    public static DecoderNetwork Decoder(this TestRepositories repositories, OnnxNetwork first, OnnxNetwork? then = null)
    {
        var config = repositories.Gpt2.Weights.Config;
        try
        {
            return new DecoderNetwork(
                first,
                then,
                new ModelDescription { Family = ModelFamily.Gpt2, VocabularySize = config.VocabularySize, Heads = config.Heads, HiddenSize = config.Hidden, Layers = config.Layers },
                onDevice: false);
        }
        catch
        {
            first.Dispose();
            then?.Dispose();
            throw;
        }
    }

    public static Task<IReadOnlyList<GeneratedText>> WriteAsync(this Generator generator, string prompt, GenerationSettings settings, PieceHandler? onPiece = null)
        => generator.GenerateAsync(prompt, settings, onPiece, TestContext.Current.CancellationToken);

    /// <summary>The likeliest tokens one after the other, and their likelihoods.</summary>
    /// <param name="change">What is done to the logits, given all tokens so far.</param>
    public static (int[] Tokens, double LogLikelihood) Reference(this TestRepositories repositories, string prompt, int count, Action<double[], List<int>>? change = null)
    {
        var reference = new ReferenceGpt2(repositories.Gpt2.Weights);
        var end = repositories.EndId();
        List<int> ids = [.. repositories.Gpt2.Tokenizer.EncodePlain(prompt)];
        var (start, sum) = (ids.Count, 0.0);
        while (ids.Count < start + count)
        {
            var raw = reference.Logits(ids)[^1];
            double[] logits = [.. raw];
            change?.Invoke(logits, ids);
            var next = Array.IndexOf(logits, logits.Max());
            if (next == end)
            {
                break;
            }

            sum += raw[next] - Math.Log(raw.Sum(Math.Exp));
            ids.Add(next);
        }

        return ([.. ids[start..]], sum);
    }

    public static int EndId(this TestRepositories repositories) => repositories.Gpt2.Tokenizer.IdOf("<|endoftext|>");

    /// <summary>What tokens say, with whole letters only.</summary>
    public static string Text(this TestRepositories repositories, params IEnumerable<int> tokens)
    {
        var texts = TokenTexts.Read(repositories.Gpt2.Folder);
        var continuation = new Continuation(0, new TokenHistory([], 1, 1), new RandomStream(0, 0), []);
        foreach (var token in tokens)
        {
            continuation.Append(texts.Bytes(token));
        }

        return continuation.Visible;
    }
}
