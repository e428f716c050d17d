namespace SocialSentiment.TestModels.Tokenizers;

/// <summary>Pronounceable words without end, for vocabularies of the real size.</summary>
internal static class MadeUpWords
{
    private static readonly string[] s_onsets = ["b", "br", "c", "ch", "d", "f", "g", "h", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "tr", "v", "w"];
    private static readonly string[] s_vowels = ["a", "e", "i", "o", "u", "ea", "ou"];
    private static readonly string[] s_codas = ["", "n", "r", "s", "t", "ng", "l"];

    /// <summary>The short ones first.</summary>
    public static IEnumerable<string> Endless()
    {
        string[] syllables = [.. from onset in s_onsets from vowel in s_vowels from coda in s_codas select onset + vowel + coda];
        IEnumerable<string> words = [""];
        while (true)
        {
            var shorter = words;
            words = from word in shorter from syllable in syllables select word + syllable;
            foreach (var word in words)
            {
                yield return word;
            }
        }
    }
}
