using SocialSentiment.Contracts;
using SocialSentiment.MlWorker.Inference.Tokenization;

namespace SocialSentiment.MlWorker.Models.Catalog;

/// <summary>
/// What the catalog knows about a model, whether its files are here or not. What may be left out has setters: the generated
/// deserializer overwrites the defaults of init-only properties.
/// </summary>
internal sealed record ModelEntry
{
    /// <summary>What people and programs call it: lower-case letters, digits, <c>-</c>, <c>.</c> and <c>_</c>.</summary>
    public required string Key { get; init; }

    public required string Title { get; init; }

    public string Description { get; set; } = "";

    public IReadOnlyList<ModelTask> Tasks { get; set; } = [ModelTask.Sentiment];

    public required ModelFamily Family { get; init; }

    public required ModelSource Source { get; init; }

    /// <summary>The networks, in the order in which they are tried on a CPU.</summary>
    public IReadOnlyList<ModelVariant> Variants { get; set; } = [];

    /// <summary>The files that every variant needs: configuration, tokenizer.</summary>
    public IReadOnlyList<string> Files { get; set; } = [];

    /// <summary>What the outputs mean, in their order; none: the model's own <c>id2label</c> says.</summary>
    public IReadOnlyList<string> Labels { get; set; } = [];

    /// <summary>The longest input in tokens, the special ones included; 0: the model's own configuration says.</summary>
    public int MaxTokens { get; set; }

    public TextNormalization Normalization { get; set; }

    public string Licence { get; set; } = "";

    /// <summary>ISO 639-1; none means that it is not known.</summary>
    public IReadOnlyList<string> Languages { get; set; } = [];

    /// <summary>What it takes in memory when loaded; 0: the size of its file is taken for it.</summary>
    public int MemoryMb { get; set; }

    /// <summary>Texts in a batch; 0: as many as the settings say.</summary>
    public int MaxBatchRows { get; set; }

    /// <summary>Texts that it must label so before it serves.</summary>
    public IReadOnlyList<GoldenText> Golden { get; set; } = [];

    /// <summary>Of an ensemble: who votes.</summary>
    public IReadOnlyList<EnsembleMember> Members { get; set; } = [];

    /// <summary>Of a language model: whether it was trained to reply, and needs no examples.</summary>
    public bool KnowsReplies { get; set; }

    /// <summary>Of a language model: how far from its likeliest words it may go; 0: as the settings say.</summary>
    public float Temperature { get; set; }

    /// <summary>Of a language model: how it is asked.</summary>
    public SentimentPrompt? Prompt { get; set; }
}

internal enum ModelTask
{
    Sentiment,
    Generation,
}

internal enum ModelFamily
{
    Bert,
    Distilbert,
    Roberta,
    Gpt2,

    /// <summary>Any other network with <c>input_ids</c> and <c>attention_mask</c> that gives <c>logits</c>.</summary>
    Classifier,
    Vader,
    Chat,
    Ensemble,
    Templates,
}

internal enum SourceKind
{
    /// <summary>Comes with the product, in <c>models/</c>.</summary>
    Embedded,

    /// <summary>Is downloaded from a repository of the hub.</summary>
    Hub,

    /// <summary>Runs elsewhere and is called over HTTP.</summary>
    Remote,

    /// <summary>Is code, with nothing to load.</summary>
    BuiltIn,
}

/// <param name="Repository">On the hub: <c>owner/name</c>, or a bare <c>name</c>.</param>
/// <param name="Revision">On the hub: a branch, tag or commit.</param>
internal sealed record ModelSource(SourceKind Kind, string? Repository = null, string Revision = "main");

/// <param name="Precision"><c>int8</c>, <c>fp16</c> or <c>fp32</c>.</param>
/// <param name="File">The network's path in the repository.</param>
/// <param name="Data">Where the weights are kept apart from the network: their files' paths.</param>
/// <param name="Past">Of a language model that comes as two networks: the path of the one that goes on from what the first has computed.</param>
internal sealed record ModelVariant(string Precision, string File, IReadOnlyList<string>? Data = null, string? Past = null)
{
    /// <summary>The networks' paths.</summary>
    public IEnumerable<string> Networks() => Past is null ? [File] : [File, Past];

    /// <summary>All that has to be there.</summary>
    public IEnumerable<string> Paths() => [.. Networks(), .. Data ?? []];
}

internal sealed record GoldenText(string Text, SentimentLabel Label);

/// <param name="Continuation">What the likeliest tokens after the prompt say, or the beginning of it.</param>
internal sealed record GoldenContinuation(string Prompt, string Continuation);

internal sealed record EnsembleMember(string Key, double Weight = 1);

/// <summary>How a language model is asked what somebody feels.</summary>
/// <param name="Before">What stands before the text, the same for all texts.</param>
/// <param name="After">What stands between the text and the answer.</param>
/// <param name="Negative">The word that says negative; where words have a leading blank, with it.</param>
/// <param name="Neutral">The word that says neutral.</param>
/// <param name="Positive">The word that says positive.</param>
internal sealed record SentimentPrompt(string Before, string After, string Negative, string Neutral, string Positive);
