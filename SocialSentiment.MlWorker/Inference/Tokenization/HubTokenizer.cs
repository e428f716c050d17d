using System.Runtime.InteropServices;
using Microsoft.ML.Tokenizers;

namespace SocialSentiment.MlWorker.Inference.Tokenization;

/// <summary>A tokenizer of the package, with what the package leaves to others: the model's normalization, special tokens and limit.</summary>
internal sealed class HubTokenizer(Tokenizer tokenizer, TokenizerLayout layout, TextNormalization normalization, int maxTokens) : ITextTokenizer
{
    public int MaxTokens => maxTokens;

    public int PadId => layout.PadId;

    public int Encode(string text, Span<int> ids)
    {
        ids = ids[..Math.Min(ids.Length, maxTokens)];
        layout.Before.CopyTo(ids);
        var count = layout.Before.Length + EncodePlain(text, ids[layout.Before.Length..^layout.After.Length]);
        layout.After.CopyTo(ids[count..]);
        return count + layout.After.Length;
    }

    public int EncodePlain(string text, Span<int> ids)
    {
        if (ids.IsEmpty)
        {
            return 0;
        }

        text = WellFormed.Of(TweetNormalizer.Normalize(text, normalization));
        if (layout.AddsBlank && text.Length > 0 && text[0] != ' ')
        {
            text = ' ' + text;
        }

        // The package leaves out the word that does not fit as a whole, where the models were trained with as much of it
        // as fits: room for one word more brings it back.
        var tokens = tokenizer.EncodeToIds(text, ids.Length + layout.LongestWord, out _, out _);
        var count = Math.Min(tokens.Count, ids.Length);
        if (tokens is List<int> list)
        {
            CollectionsMarshal.AsSpan(list)[..count].CopyTo(ids);
            return count;
        }

        for (var i = 0; i < count; i++)
        {
            ids[i] = tokens[i];
        }

        return count;
    }
}

/// <summary>What stands around a text.</summary>
internal sealed record TokenizerLayout
{
    public int[] Before { get; init; } = [];

    public int[] After { get; init; } = [];

    public required int PadId { get; init; }

    /// <summary>Whether a text that does not start with a blank gets one, so that its first word is spelled like the others.</summary>
    public bool AddsBlank { get; init; }

    /// <summary>In tokens; 0 where the package cuts within words.</summary>
    public int LongestWord { get; init; }
}
