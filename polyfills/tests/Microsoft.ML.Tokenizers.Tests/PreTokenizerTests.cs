using System.Text.RegularExpressions;

namespace Microsoft.ML.Tokenizers.Tests;

public sealed class PreTokenizerTests
{
    private static readonly Dictionary<string, int> s_specialTokens = new() { ["[A]"] = 1, ["[A]b"] = 2, ["<s>"] = 3 };

    public static TheoryData<PreTokenizer, string> Patterns => new()
    {
        { PreTokenizer.CreateWhiteSpace(), @"\S+" },
        { PreTokenizer.CreateWordOrNonWord(), @"\w+|[^\w\s]+" },
        { PreTokenizer.CreateWordOrPunctuation(), @"\w+|[\p{P}]" },
        { RobertaPreTokenizer.Instance, @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+" },
    };

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Every_character_is_taken_as_the_pattern_takes_it(PreTokenizer preTokenizer, string pattern)
    {
        var regex = new Regex(pattern);
        foreach (int[] block in Enumerable.Range(char.MinValue, char.MaxValue + 1).Chunk(256))
        {
            string text = string.Concat(block.Select(c => $"a{(char)c}{(char)c} {(char)c}b"));
            Assert.True(Split(regex, text).SequenceEqual(preTokenizer.PreTokenize(text)), $"Somewhere from U+{block[0]:X4} on.");
        }
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Any_mix_of_characters_is_cut_as_the_pattern_cuts_it(PreTokenizer preTokenizer, string pattern)
    {
        var regex = new Regex(pattern);
        var random = new Random(20);
        string[] parts = ["'", "'s", "'re", "'ll", "'v", " ", "  ", "\n", "\u00A0", "\u3000", "a", "É", "ß", "9", "½", "_", ".", "$", "\u0301", "日", "😍", "\uD83D", "\u200D", "𝒳"];

        for (int i = 0; i < 1_000; i++)
        {
            string text = string.Concat(random.GetItems(parts, random.Next(1, 12)));
            (int, int)[] expected = [.. Split(regex, text)];
            Assert.True(expected.SequenceEqual(preTokenizer.PreTokenize(text)), text);
            Assert.True(expected.SequenceEqual(preTokenizer.PreTokenize(text.AsSpan())), text);
        }
    }

    [Theory]
    [InlineData("How are you doing?", new[] { "How", "are", "you", "doing", "?" })]
    [InlineData("I_am_Just_Fine!", new[] { "I_am_Just_Fine", "!" })]
    [InlineData("[A] [A]b<s>x", new[] { "[A]", "[A]", "b", "<s>", "x" })]
    [InlineData("a<s", new[] { "a", "<", "s" })]
    public void Special_tokens_are_never_cut_and_the_first_given_wins(string text, string[] pieces)
        => Assert.Equal(pieces, Pieces(PreTokenizer.CreateWordOrNonWord(s_specialTokens), text));

    [Fact]
    public void GPT2_keeps_spaces_with_what_follows_them()
        => Assert.Equal(["I", "'ll", " go", "  ", " at", " 10", "!?", " 😍", "\n"], Pieces(RobertaPreTokenizer.Instance, "I'll go   at 10!? 😍\n"));

    [Fact]
    public void A_regular_expression_sees_each_time_only_what_is_left()
    {
        var preTokenizer = new RegexPreTokenizer(new Regex("^a|b"), new Dictionary<string, int> { ["<s>"] = 0 });

        Assert.Equal(["a", "a", "b", "<s>", "a"], Pieces(preTokenizer, "aab<s>ax"));
        Assert.Throws<ArgumentNullException>(() => new RegexPreTokenizer(null!, null));
    }

    [Fact]
    public void An_empty_text_has_no_pieces()
    {
        Assert.Empty(PreTokenizer.CreateWhiteSpace().PreTokenize(""));
        Assert.Empty(RobertaPreTokenizer.Instance.PreTokenize(default(ReadOnlySpan<char>)));
        Assert.Empty(PreTokenizer.CreateWordOrPunctuation(s_specialTokens).PreTokenize((string)null!));
    }

    private static IEnumerable<string> Pieces(PreTokenizer preTokenizer, string text)
        => preTokenizer.PreTokenize(text).Select(piece => text.Substring(piece.Offset, piece.Length));

    private static IEnumerable<(int Offset, int Length)> Split(Regex regex, string text)
        => regex.Matches(text).Select(match => (match.Index, match.Length));
}
