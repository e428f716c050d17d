using SocialSentiment.MlWorker.Models.Catalog;

namespace SocialSentiment.MlWorker.Models.Description;

/// <summary>What a model is, read from its own files and from what the catalog says of it.</summary>
internal sealed record ModelDescription
{
    public required ModelFamily Family { get; init; }

    /// <summary>What its outputs mean; none for a language model, whose outputs are words.</summary>
    public LabelContract? Labels { get; init; }

    /// <summary>The longest input that it has positions for; none if nothing says.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Whether its architecture tells two texts apart by <c>token_type_ids</c>; which inputs it was exported with the network says.</summary>
    public bool TakesTokenTypes { get; init; }

    /// <summary>What fills up shorter texts, if its configuration says; the tokenizer knows for sure.</summary>
    public int? PadId { get; init; }

    public int? Layers { get; init; }

    public int? Heads { get; init; }

    /// <summary>The numbers that stand for one token between two layers: of a key or value, those of all heads together.</summary>
    public int? HiddenSize { get; init; }

    public int? VocabularySize { get; init; }

    /// <exception cref="ModelFilesException">It cannot do what the catalog says it does, or its files do not say what is needed.</exception>
    public static ModelDescription Read(string folder, ModelEntry entry)
    {
        var config = ModelConfig.Read(new ModelFolder(folder));

        // The catalog may say all there is to know of a plain classifier.
        if (config is null && entry.Labels.Count == 0)
        {
            throw new ModelFilesException($"The model {entry.Key} lacks the file {ModelConfig.FileName}.");
        }

        var description = new ModelDescription
        {
            Family = config?.ModelType is null ? entry.Family : config.Family,
            Labels = entry.Tasks.Contains(ModelTask.Sentiment) ? ReadLabels(config, entry) : null,
            MaxTokens = config?.MaxTokens,
            TakesTokenTypes = config?.TakesTokenTypes ?? false,
            PadId = config?.PadId,
            Layers = config?.Layers,
            Heads = config?.Heads,
            HiddenSize = config?.HiddenSize,
            VocabularySize = config?.VocabularySize,
        };

        // The cache of keys and values is made in this shape before the network is asked for the first time.
        return description is { Family: ModelFamily.Gpt2 } and not { Layers: > 0, Heads: > 0, HiddenSize: > 0 }
            ? throw new ModelFilesException($"The {ModelConfig.FileName} of {entry.Key} does not say how many layers and heads it has and how wide they are (n_layer, n_head, n_embd).")
            : description;
    }

    private static LabelContract? ReadLabels(ModelConfig? config, ModelEntry entry)
    {
        if (Headless(config) is { } architecture)
        {
            return entry.Prompt is not null && IsLanguageModel(architecture)
                ? null
                : throw new ModelFilesException($"{entry.Key} has no sentiment head: its {ModelConfig.FileName} calls it {architecture}. A model of this kind has to be fine-tuned for sentiment first.");
        }

        if (entry.Prompt is not null)
        {
            return null;
        }

        if (config?.ProblemType is "multi_label_classification" or "regression")
        {
            throw new ModelFilesException($"{entry.Key} cannot say what somebody feels: its problem_type is {config.ProblemType}, and its outputs are no choice of one label.");
        }

        var labels = entry.Labels.Count > 0 ? entry.Labels : config?.ReadLabels();
        if (labels is null)
        {
            throw new ModelFilesException($"{entry.Key} has no sentiment head: its {ModelConfig.FileName} has no id2label, and the catalog names no labels.");
        }

        try
        {
            return LabelContract.From(labels);
        }
        catch (ModelFilesException e)
        {
            throw new ModelFilesException($"{entry.Key} cannot say what somebody feels: {e.Message}.", e);
        }
    }

    /// <summary>The name of an architecture that gives something else than one label for a text, if it is that.</summary>
    private static string? Headless(ModelConfig? config)
    {
        var architectures = config?.Architectures ?? [];
        return architectures.Any(name => name.EndsWith("ForSequenceClassification", StringComparison.Ordinal))
            ? null
            : architectures.FirstOrDefault(name => IsLanguageModel(name)
                || name.EndsWith("Model", StringComparison.Ordinal)
                || name.EndsWith("ForMaskedLM", StringComparison.Ordinal)
                || name.EndsWith("ForPreTraining", StringComparison.Ordinal)
                || name.EndsWith("ForTokenClassification", StringComparison.Ordinal)
                || name.EndsWith("ForQuestionAnswering", StringComparison.Ordinal)
                || name.EndsWith("ForMultipleChoice", StringComparison.Ordinal));
    }

    private static bool IsLanguageModel(string architecture)
        => architecture.EndsWith("ForCausalLM", StringComparison.Ordinal)
            || (architecture.EndsWith("LMHeadModel", StringComparison.Ordinal) && !architecture.StartsWith("Bert", StringComparison.Ordinal));
}
