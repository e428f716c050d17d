namespace SocialSentiment.TestModels.Tokenizers;

/// <summary>The words that the test vocabularies know as a whole.</summary>
internal static class EnglishWords
{
    public static IReadOnlyList<string> Everyday { get; } = Split("""
        the a an i you he she it we they me my your this that these those is are was were be been am do does did have has had
        will would can could should not no never and or but so very really too just all more most some any what when where who
        how why in on at of to for from with by about as if then than up down out over again here there now today ever
        phone service food movie product app day time place people team update battery support delivery price staff room work
        works working make makes made get got buy bought use used want like said say see go went come came think know feel
        meeting report opens closes arrives starts ends monday friday minutes hours new old one two three
        user http tweet review sentiment feeling positive negative neutral
        """);

    public static IReadOnlyList<string> Positive { get; } = Split("""
        love great good excellent amazing awesome best happy wonderful fantastic perfect nice beautiful thanks glad enjoy fun
        brilliant superb delighted recommend
        """);

    public static IReadOnlyList<string> Negative { get; } = Split("""
        hate terrible bad awful horrible worst sad angry disappointed broken poor disgusting useless boring annoying ugly slow
        wrong fail rude refund
        """);

    public static IReadOnlyList<string> Neutral { get; } = Split("okay fine average normal usual ordinary fair");

    public static IReadOnlyList<string> Emoji { get; } = ["😀", "😂", "😍", "😊", "😢", "😡", "😭", "👍", "👎", "🎉", "💔", "🔥", "❤", "🙏"];

    public static IReadOnlyList<string> All { get; } = [.. Everyday, .. Positive, .. Negative, .. Neutral];

    private static string[] Split(string words) => words.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
}
