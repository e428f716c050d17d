namespace SocialSentiment.Vader.Lexicon;

/// <summary>What the vocabulary knows of a word. No word is two of these things.</summary>
internal enum TermKind : byte
{
    /// <summary>Not in the vocabulary.</summary>
    Plain,

    /// <summary>Rated by people; the weight is the mean rating.</summary>
    Rated,

    /// <summary>Strengthens (weight above zero) or dampens (below) the rated words after it.</summary>
    Degree,

    /// <summary>Turns the rated words after it around.</summary>
    Negation,
}

internal readonly record struct Term(TermKind Kind, double Weight = 0);
