using System.Text.RegularExpressions;
using SocialSentiment.Contracts;

namespace SocialSentiment.MlWorker.Models.Description;

/// <summary>What a classifier's outputs mean in the three words that the platform speaks. There is none for a model whose outputs mean something else.</summary>
internal sealed partial class LabelContract
{
    private readonly SentimentLabel[] _meanings;

    private LabelContract(IReadOnlyList<string> labels, SentimentLabel[] meanings)
    {
        Labels = labels;
        _meanings = meanings;
        CanSayNeutral = meanings.Contains(SentimentLabel.Neutral);
    }

    /// <summary>The outputs as the model calls them, in their order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>False for a model that knows only good and bad: it never claims that a text is neutral.</summary>
    public bool CanSayNeutral { get; }

    /// <summary>Recognizes negative, neutral and positive in any order and case, with or without "very", and five stars.</summary>
    /// <exception cref="ModelFilesException">The names mean something else, or nothing.</exception>
    public static LabelContract From(IReadOnlyList<string> labels)
    {
        if (labels.Count < 2)
        {
            throw new ModelFilesException(labels.Count == 0 ? "its outputs have no names" : $"it has one output only, called {labels[0]}");
        }

        if (labels.All(label => Numbered.IsMatch(label)))
        {
            throw new ModelFilesException($"its outputs are only numbered ({labels[0]} to {labels[^1]}); what they mean has to be said in the catalog");
        }

        SentimentLabel?[] meanings = [.. labels.Select(Stars)];
        if (meanings.Contains(null) || labels.Count != 5)
        {
            meanings = [.. labels.Select(Word)];
        }

        var known = meanings.OfType<SentimentLabel>().ToArray();
        var different = labels.Select(Plain).Distinct().Count();
        return known.Length == labels.Count && different == labels.Count && known.Contains(SentimentLabel.Negative) && known.Contains(SentimentLabel.Positive)
            ? new LabelContract(labels, known)
            : throw new ModelFilesException($"its outputs ({string.Join(", ", labels)}) do not map onto negative, neutral and positive");
    }

    /// <summary>Turns one row of a network's outputs into the probabilities of negative, neutral and positive, in this order.</summary>
    /// <returns>False, and nothing written, if an output is not a finite number: a model in that state has no opinion.</returns>
    public bool TryMap(ReadOnlySpan<float> logits, Span<double> negativeNeutralPositive)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Length, _meanings.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(negativeNeutralPositive.Length, 3);

        var max = float.NegativeInfinity;
        foreach (var logit in logits)
        {
            if (!float.IsFinite(logit))
            {
                return false;
            }

            max = Math.Max(max, logit);
        }

        // Less the maximum, so that no power can overflow and at least one of them is 1.
        var sum = 0.0;
        var probabilities = negativeNeutralPositive[..3];
        probabilities.Clear();
        for (var i = 0; i < logits.Length; i++)
        {
            var power = Math.Exp((double)logits[i] - max);
            probabilities[(int)_meanings[i]] += power;
            sum += power;
        }

        foreach (ref var probability in probabilities)
        {
            probability /= sum;
        }

        return true;
    }

    private static SentimentLabel? Stars(string label) => Plain(label) switch
    {
        "1 star" or "2 stars" => SentimentLabel.Negative,
        "3 stars" => SentimentLabel.Neutral,
        "4 stars" or "5 stars" => SentimentLabel.Positive,
        _ => null,
    };

    private static SentimentLabel? Word(string label) => Plain(label) switch
    {
        "negative" or "neg" or "very negative" => SentimentLabel.Negative,
        "neutral" or "neu" => SentimentLabel.Neutral,
        "positive" or "pos" or "very positive" => SentimentLabel.Positive,
        _ => null,
    };

    private static string Plain(string label) => label.Trim().Replace('_', ' ').Replace('-', ' ').ToLowerInvariant();

    [GeneratedRegex("^(label_?)?[0-9]+$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Numbered { get; }
}
