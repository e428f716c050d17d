namespace SocialSentiment.Vader.Lexicon;

/// <summary>Words that strengthen or dampen the rated word after them.</summary>
internal static class DegreeWords
{
    public const double Boost = 0.293;

    public static string[] Boosters { get; } =
    [
        "absolutely", "amazingly", "awfully", "completely", "considerable", "considerably", "decidedly", "deeply", "effing",
        "enormous", "enormously", "entirely", "especially", "exceptional", "exceptionally", "extreme", "extremely",
        "fabulously", "flippin", "flipping", "frackin", "fracking", "frickin", "fricking", "friggin", "frigging", "fuckin",
        "fucking", "fuggin", "fugging", "fully", "greatly", "hella", "highly", "hugely", "incredible", "incredibly",
        "intensely", "major", "majorly", "more", "most", "particularly", "purely", "quite", "really", "remarkably", "so",
        "substantially", "thoroughly", "total", "totally", "tremendous", "tremendously", "uber", "unbelievably", "unusually",
        "utter", "utterly", "very",
    ];

    public static string[] Dampeners { get; } =
    [
        "almost", "barely", "hardly", "kind-of", "kinda", "kindof", "less", "little", "marginal", "marginally", "occasional",
        "occasionally", "partly", "scarce", "scarcely", "slight", "slightly", "somewhat", "sort-of", "sorta", "sortof",
    ];

    /// <summary>Dampeners of two words, looked for beside the idioms.</summary>
    public static bool IsDampeningPair(ReadOnlySpan<char> pair) => pair is "just enough" or "kind of" or "sort of";
}
