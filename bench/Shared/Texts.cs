namespace SocialSentiment.Bench;

/// <summary>The texts to work on: the files of a folder, or one file, one text per line, after the last tab if there is one.</summary>
public static class Texts
{
    public static IReadOnlyList<string> Read(string place)
    {
        var files = Directory.Exists(place) ? Directory.GetFiles(place, "*.tsv").Order(StringComparer.Ordinal) : (IEnumerable<string>)[place];
        string[] texts = [.. files.SelectMany(File.ReadLines).Select(line => line[(line.LastIndexOf('\t') + 1)..].Trim()).Where(text => text.Length > 0)];
        return texts.Length > 0 ? texts : throw new ArgumentException($"There is no text in {place}.");
    }

    /// <summary>Made-up posts, for machines without a collection of real ones.</summary>
    public static IReadOnlyList<string> MakeUp(int count)
    {
        string[] subjects = ["The new phone", "This airline", "My broadband", "The match tonight", "Our local bakery", "That update", "The support team"];
        string[] verdicts = ["is great, I love it", "is awful", "lets me down again :(", "was fine I guess", "made my day!!!", "opens at nine", "is not bad at all"];
        string[] ends = ["", " #monday", " @user", " http", " Would buy again.", " Never again."];
        return [.. Enumerable.Range(0, count).Select(i => $"{subjects[i % 7]} {verdicts[i / 7 % 7]}{ends[i / 49 % 6]} ({i})")];
    }
}
