using System.Globalization;
using SocialSentiment.Vader.Lexicon;
using SocialSentiment.Vader.Text;

namespace SocialSentiment.Vader.Tests;

/// <summary>What the code takes for granted about the embedded lists.</summary>
public sealed class LexiconTests
{
    private static readonly (string Word, double Rating)[] s_words =
        [.. EmbeddedList.Read("vader_lexicon.txt").Select(line => (line.Key, double.Parse(line.Value, CultureInfo.InvariantCulture)))];

    private static readonly (string Emoji, string Name)[] s_emoji = [.. EmbeddedList.Read("emoji.txt")];

    [Fact]
    public void The_lists_are_complete()
    {
        Assert.Equal(7506, s_words.Length);
        Assert.Equal(1212, s_emoji.Length);
    }

    [Fact]
    public void Every_rating_is_a_lean_within_the_scale() =>
        Assert.DoesNotContain(s_words, word => word.Rating is 0 or < -4 or > 4 or double.NaN);

    [Fact]
    public void Every_word_is_found()
    {
        var vocabulary = Vocabulary.LoadEmbedded();

        Assert.All(s_words, word => Assert.Equal(new Term(TermKind.Rated, word.Rating), vocabulary.Find(word.Word)));
        Assert.Equal(new Term(TermKind.Degree, 0.293), vocabulary.Find("very"));
        Assert.Equal(new Term(TermKind.Degree, -0.293), vocabulary.Find("kind-of"));
        Assert.Equal(TermKind.Negation, vocabulary.Find("uh-uh").Kind);
        Assert.Equal(TermKind.Plain, vocabulary.Find("table").Kind);
    }

    [Fact]
    public void Every_emoji_is_one_code_point_and_gets_its_name()
    {
        var names = EmojiNames.LoadEmbedded();

        Assert.All(s_emoji, emoji =>
        {
            Assert.Single(emoji.Emoji.EnumerateRunes());
            Assert.Equal(emoji.Name, names.Expand(emoji.Emoji, []).ToString());
        });
    }

    [Fact]
    public void Folding_reaches_every_letter_that_the_words_use()
    {
        Assert.All(s_words, word => Assert.DoesNotContain(word.Word, c => !InVocabulary(Letters.Fold(c))));

        for (var c = '\0'; c < char.MaxValue; c++)
        {
            // The dotted I alone becomes two characters, of which one is in no word.
            var lower = c == 'İ' ? c : char.ToLowerInvariant(c);
            Assert.Equal(InVocabulary(lower) ? lower : c, Letters.Fold(c));
        }

        static bool InVocabulary(char c) => char.IsAscii(c) || c == 'þ';
    }
}
