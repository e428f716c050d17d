using SocialSentiment.Vader.Lexicon;

namespace SocialSentiment.Vader.Text;

/// <summary>One word of a sentence: where its folded text lies, how it was written, and what the vocabulary knows of it.</summary>
internal readonly record struct Word(int Start, int Length, bool IsUpper, Term Term)
{
    public int End => Start + Length;
}
