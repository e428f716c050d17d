namespace SocialSentiment.TestModels.Encoders;

/// <summary>Texts on which the fitted models of the test repositories have an opinion.</summary>
public static class Opinions
{
    private static readonly (string Text, int Stars)[] s_texts =
    [
        ("I love this, it is great!", 5),
        ("The best product ever 😍", 5),
        ("A good phone and nice people.", 4),
        ("It works, thanks.", 4),
        ("The shop opens on Monday at ten.", 3),
        ("The report arrives today.", 3),
        ("Not so good.", 2),
        ("The battery is slow and the price is wrong", 2),
        ("I hate this, it is terrible!", 1),
        ("The worst service ever 😡", 1),
        ("This is awful.", 1),
        ("This is awesome.", 5),
    ];

    /// <summary>The texts as questions to a language model, and the word that must come next.</summary>
    public static IReadOnlyList<(string Prompt, string Next)> Prompts(
        string before = "Tweet: ", string after = "\nSentiment:", string negative = " negative", string neutral = " neutral", string positive = " positive")
    {
        string[] words = [negative, neutral, positive];
        return [.. For(words.Length).Select(opinion => (before + opinion.Text + after, words[opinion.Label]))];
    }

    /// <summary>The texts and the index of the label that each must get.</summary>
    /// <param name="labels">2 (negative, positive; nothing is said about the lukewarm), 3 or 5.</param>
    public static IReadOnlyList<(string Text, int Label)> For(int labels) => labels switch
    {
        2 => [.. s_texts.Where(text => text.Stars != 3).Select(text => (text.Text, text.Stars > 3 ? 1 : 0))],
        3 => [.. s_texts.Select(text => (text.Text, Math.Sign(text.Stars - 3) + 1))],
        5 => [.. s_texts.Select(text => (text.Text, text.Stars - 1))],
        _ => throw new ArgumentOutOfRangeException(nameof(labels), labels, "There are opinions in two, three and five labels."),
    };
}
