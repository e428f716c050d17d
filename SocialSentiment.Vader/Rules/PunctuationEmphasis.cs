namespace SocialSentiment.Vader.Rules;

/// <summary>Exclamation and question marks, wherever they stand, push a text further the way it leans.</summary>
internal static class PunctuationEmphasis
{
    public static double Of(ReadOnlySpan<char> text) => Exclamation(text.Count('!')) + Question(text.Count('?'));

    private static double Exclamation(int count) => Math.Min(count, 4) * 0.292;

    /// <summary>A single question mark asks; only more than one insist.</summary>
    private static double Question(int count) => count switch
    {
        <= 1 => 0,
        <= 3 => count * 0.18,
        _ => 0.96,
    };
}
