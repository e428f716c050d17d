using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SocialSentiment.MlWorker.Inference.Onnx;
using SocialSentiment.MlWorker.Models.Description;

namespace SocialSentiment.MlWorker.Inference.Generation;

/// <summary>
/// A language model's network in any of the forms in which exporters give it: one network that takes what it computed
/// before, with or without an input that says whether there is any; two networks, one for the first step and one for all
/// others; or one that reads the whole text each time.
/// </summary>
internal sealed class DecoderNetwork : IDisposable
{
    private const string Present = "present.";

    /// <param name="then">The network for all steps but the first, where there are two.</param>
    /// <param name="onDevice">Whether it computes elsewhere than on the CPU, where what it keeps stays too.</param>
    /// <exception cref="ModelException">It cannot be used for that.</exception>
    public DecoderNetwork(OnnxNetwork first, OnnxNetwork? then, ModelDescription description, bool onDevice)
    {
        (First, Then) = (first, then ?? first);
        foreach (var network in Networks)
        {
            network.RequireInputs(["input_ids", "attention_mask"], optional: input => input is "position_ids" or CausalPrefix.UseCache || input.StartsWith(CausalPrefix.Past, StringComparison.Ordinal));
            network.RequireLogits(rank: 3, description.VocabularySize);
        }

        OnDevice = onDevice;
        Past = [.. PastOf(Then)];
        Presents = [.. Past.Select(name => Present + name[CausalPrefix.Past.Length..])];
        if (then is not null && (Past.Length == 0 || PastOf(first).Any()))
        {
            throw new ModelException(ModelError.Unusable, $"{first.Name} and {then.Name} do not go together: the first may take no past keys and values, and the second has to.");
        }

        foreach (var network in Networks)
        {
            if (Presents.FirstOrDefault(name => !network.Session.OutputMetadata.ContainsKey(name)) is { } missing)
            {
                throw new ModelException(ModelError.Unusable, $"{network.Name} has no output {missing}, from which the next step goes on.");
            }
        }

        (Heads, HeadWidth) = Past.Length > 0 ? ShapeOfPast(description) : (0, 0);
        TakesBranch = Then.Session.InputMetadata.TryGetValue(CausalPrefix.UseCache, out var branch);
        if (TakesBranch && branch!.ElementDataType != TensorElementType.Bool)
        {
            throw new ModelException(ModelError.Unusable, $"{Then.Name} takes {CausalPrefix.UseCache} as {branch.ElementDataType}; only Bool is supported.");
        }

        Vocabulary = Then.Session.OutputMetadata["logits"].Dimensions[2] is > 0 and var size ? size
            : description.VocabularySize ?? throw new ModelException(ModelError.Unusable, $"Neither {Then.Name} nor its configuration says how many tokens there are.");
        Allocator = new OrtAllocator(Then.Session, OrtMemoryInfo.DefaultInstance);
    }

    public OnnxNetwork First { get; }

    /// <summary>For all steps but the first; the same, where there is but one.</summary>
    public OnnxNetwork Then { get; }

    public bool OnDevice { get; }

    /// <summary>The network's own store of memory: what it gave before need not come fresh from the system.</summary>
    public OrtAllocator Allocator { get; }

    /// <summary>The inputs that take what was computed before, layer by layer; none: it reads the whole text each time.</summary>
    public string[] Past { get; }

    /// <summary>The outputs that belong to them.</summary>
    public string[] Presents { get; }

    public int Heads { get; }

    public int HeadWidth { get; }

    public int Vocabulary { get; }

    public bool TakesBranch { get; }

    public bool IsCached => Past.Length > 0;

    /// <summary>Whether a long prompt can be read in pieces.</summary>
    public bool ReadsOn => IsCached && Then.Session.InputMetadata["input_ids"].Dimensions[1] < 0;

    private IEnumerable<OnnxNetwork> Networks => First == Then ? [First] : [First, Then];

    public void Dispose()
    {
        Allocator.Dispose();
        foreach (var network in Networks)
        {
            network.Dispose();
        }
    }

    private static IEnumerable<string> PastOf(OnnxNetwork network) => network.Session.InputMetadata.Keys.Where(name => name.StartsWith(CausalPrefix.Past, StringComparison.Ordinal));

    private (int Heads, int Width) ShapeOfPast(ModelDescription description)
    {
        var (heads, width) = (description.Heads ?? 0, description is { Heads: > 0, HiddenSize: > 0 } ? description.HiddenSize.Value / description.Heads.Value : 0);
        foreach (var name in Past)
        {
            var past = Then.Session.InputMetadata[name];
            if (past.ElementDataType != TensorElementType.Float)
            {
                throw new ModelException(ModelError.Unusable, $"{Then.Name} takes {name} as {past.ElementDataType}; only Float is supported.");
            }

            if (past.Dimensions is not [_, var itsHeads, _, var itsWidth] || (itsHeads > 0 && itsHeads != heads) || (itsWidth > 0 && itsWidth != width))
            {
                throw new ModelException(
                    ModelError.Unusable,
                    $"{Then.Name} takes {name} in the shape [{string.Join(", ", past.Dimensions.Select(size => size < 0 ? "?" : $"{size}"))}]; its configuration says {heads} heads of width {width}.");
            }
        }

        return (heads, width);
    }
}
