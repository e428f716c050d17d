using SocialSentiment.MlWorker.Inference.Batching;
using SocialSentiment.MlWorker.Inference.Onnx;
using SocialSentiment.MlWorker.Inference.Statistics;
using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Description;

namespace SocialSentiment.MlWorker.Inference.Engines;

/// <summary>A network for sequence classification: tokens in, one number per label out.</summary>
internal sealed class ClassifierEngine : NetworkEngine
{
    private readonly ITextTokenizer _tokenizer;
    private readonly LabelContract _labels;
    private readonly OnnxNetwork? _wide;

    /// <param name="wide">The same network with more threads, for whoever has the machine to himself; it is this object's too.</param>
    public ClassifierEngine(
        OnnxNetwork network,
        ITextTokenizer tokenizer,
        LabelContract labels,
        string precision,
        InferenceOptions options,
        ModelStatistics statistics,
        TimeProvider time,
        OnnxNetwork? wide = null)
        : base(network, precision, statistics)
    {
        (_tokenizer, _labels, _wide) = (tokenizer, labels, wide);
        var outputs = labels.Labels.Count;
        network.RequireInputs(["input_ids", "attention_mask"], optional: input => input == "token_type_ids");
        network.RequireLogits(rank: 2, last: outputs);
        Batcher = new Batcher(
            () => new ClassifierRunner(network, wide, outputs, tokenizer.PadId, options.MaxBatchRows, Math.Max(options.MaxBatchTokens, tokenizer.MaxTokens)),
            outputs,
            options,
            statistics,
            time);
    }

    public override bool CanSayNeutral => _labels.CanSayNeutral;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (!Batcher.HasLost)
        {
            _wide?.Dispose();
        }
    }

    protected override void Tokenize(string text, BatchRequest request)
        => request.Add(_tokenizer.Encode(text, request.Room(_tokenizer.MaxTokens)));

    protected override bool TryRead(ReadOnlySpan<float> outputs, Span<double> scores) => _labels.TryMap(outputs, scores);
}
