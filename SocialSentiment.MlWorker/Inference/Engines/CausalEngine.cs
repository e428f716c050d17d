using SocialSentiment.MlWorker.Inference.Batching;
using SocialSentiment.MlWorker.Inference.Onnx;
using SocialSentiment.MlWorker.Inference.Statistics;
using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Description;

namespace SocialSentiment.MlWorker.Inference.Engines;

/// <summary>
/// A language model that is asked how the author of a text feels: it reads a prompt with the text in it, and the words for
/// the three labels are compared by how likely each of them is to come next. Language models like some words better than
/// others whatever the text; that is measured with texts that say nothing, and taken off.
/// </summary>
internal sealed class CausalEngine : NetworkEngine
{
    /// <summary>Every position of every text gets a number per word of the vocabulary: memory is what limits batches.</summary>
    private const int MostRows = 8;
    private const int MostTokens = 512;

    private static readonly string[] s_empty = ["N/A", "...", "[text]"];

    private readonly ITextTokenizer _tokenizer;
    private readonly int[] _after;
    private readonly int _room;
    private readonly CausalPrefix _prefix;
    private readonly double[] _bias = new double[3];

    public CausalEngine(
        OnnxNetwork network,
        ITextTokenizer tokenizer,
        SentimentPrompt prompt,
        ModelDescription description,
        string precision,
        InferenceOptions options,
        ModelStatistics statistics,
        TimeProvider time)
        : base(network, precision, statistics)
    {
        network.RequireInputs(["input_ids", "attention_mask"], optional: input => input is "position_ids" or CausalPrefix.UseCache || input.StartsWith(CausalPrefix.Past, StringComparison.Ordinal));
        network.RequireLogits(rank: 3, description.VocabularySize);
        _tokenizer = tokenizer;
        _after = Encode(prompt.After);
        int[][] words = [Encode(prompt.Negative), Encode(prompt.Neutral), Encode(prompt.Positive)];
        var before = Encode(prompt.Before);
        var longestWord = words.Max(word => word.Length);
        _room = Math.Min(tokenizer.MaxTokens - before.Length - _after.Length - longestWord, MostTokens - _after.Length - longestWord);
        if (_room < 16 || words.Any(word => word.Length == 0))
        {
            throw new ModelException(ModelError.Refused, "The prompt leaves no room for a text, or one of its words is empty.");
        }

        var rows = Math.Min(options.MaxBatchRows, MostRows);
        var limits = options.WithBatches(rows, Math.Min(options.MaxBatchTokens, MostTokens));
        _prefix = CausalPrefix.Compute(network, before, rows * (longestWord == 1 ? 1 : words.Length));
        Batcher = new Batcher(() => new CausalRunner(network, _prefix, words, tokenizer.PadId), words.Length, limits, statistics, time);

        int[] Encode(string text)
        {
            var ids = new int[1_024];
            return ids[..tokenizer.EncodePlain(text, ids)];
        }
    }

    public override bool CanSayNeutral => true;

    /// <summary>Finds out which words the model prefers when there is nothing to be said.</summary>
    public async Task CalibrateAsync(CancellationToken cancellationToken)
    {
        var scores = new TextScores[s_empty.Length];
        await AnalyzeAsync(s_empty, scores, Call.Bulk, cancellationToken);
        if (scores.FirstOrDefault(score => score.Error is not null).Error is { } error)
        {
            throw new ModelException(ModelError.Unusable, error.Message, error);
        }

        // Of probabilities that were 0 nothing can be taken off.
        const double Least = 1e-300;
        _bias[0] = scores.Average(score => Math.Log(Math.Max(Least, score.Negative)));
        _bias[1] = scores.Average(score => Math.Log(Math.Max(Least, score.Neutral)));
        _bias[2] = scores.Average(score => Math.Log(Math.Max(Least, score.Positive)));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (!Batcher.HasLost)
        {
            _prefix.Dispose();
        }
    }

    protected override void Tokenize(string text, BatchRequest request)
    {
        // With the blank that the prompt's examples have too: words in the middle of a line begin with one.
        var ids = request.Room(_room + _after.Length);
        var length = _tokenizer.EncodePlain(" " + text.ReplaceLineEndings(" "), ids[.._room]);
        _after.CopyTo(ids[length..]);
        request.Add(length + _after.Length);
    }

    protected override bool TryRead(ReadOnlySpan<float> outputs, Span<double> scores)
    {
        var highest = double.NegativeInfinity;
        for (var i = 0; i < 3; i++)
        {
            if (!float.IsFinite(outputs[i]))
            {
                return false;
            }

            scores[i] = outputs[i] - _bias[i];
            highest = Math.Max(highest, scores[i]);
        }

        var sum = 0.0;
        for (var i = 0; i < 3; i++)
        {
            sum += scores[i] = Math.Exp(scores[i] - highest);
        }

        for (var i = 0; i < 3; i++)
        {
            scores[i] /= sum;
        }

        return true;
    }
}
