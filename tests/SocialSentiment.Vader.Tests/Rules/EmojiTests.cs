namespace SocialSentiment.Vader.Tests.Rules;

/// <summary>Emoji are read by name. Every score is what the Python reference answers.</summary>
public sealed class EmojiTests
{
    [Theory]
    [InlineData("😀", 0.3612, 0.714, 0.286, 0)]
    [InlineData("😍", 0.4588, 0.5, 0.5, 0)]
    [InlineData("😭", -0.4767, 0, 0.392, 0.608)]
    [InlineData("💔", 0.2732, 0.575, 0, 0.425)]
    [InlineData("❤", 0.6369, 0.808, 0.192, 0)]
    [InlineData("I 💘 you", 0.6369, 0.512, 0.488, 0)]
    [InlineData("😡 food", 0, 0, 1, 0)]
    public void Read_by_name(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("good😀", 0.6597, 0.844, 0.156, 0)]
    [InlineData("😀good", 0.3612, 0.714, 0.286, 0)]
    [InlineData("love😀love", 0.7717, 0.87, 0.13, 0)]
    [InlineData("😀😀", 0.6124, 0.714, 0.286, 0)]
    [InlineData("😀 😀", 0.6124, 0.714, 0.286, 0)]
    [InlineData("😀\t😀", 0.6124, 0.714, 0.286, 0)]
    [InlineData("\u00A0😀", 0.3612, 0.714, 0.286, 0)]
    [InlineData("good😀.", 0.6597, 0.844, 0.156, 0)]
    [InlineData("😂!!!", 0.5826, 0.488, 0.313, 0.198)]
    public void Set_apart_from_what_precedes_only(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("\u2764\uFE0F", 0, 0, 1, 0)]
    [InlineData("\u263A\uFE0F", 0.4588, 0.75, 0.25, 0)]
    [InlineData("☺", 0.4588, 0.75, 0.25, 0)]
    [InlineData("👍\U0001F3FD", 0, 0, 1, 0)]
    [InlineData("\U0001F468\u200D\U0001F469\u200D\U0001F467", 0, 0, 1, 0)]
    [InlineData("\U0001F1EC\U0001F1E7", 0, 0, 1, 0)]
    [InlineData("🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", 0, 0, 1, 0)]
    [InlineData("1\uFE0F\u20E3", 0, 0, 1, 0)]
    [InlineData("\U0001F469\u200D\u2764\uFE0F\u200D\U0001F48B\u200D\U0001F469", 0.4215, 0.359, 0.641, 0)]
    [InlineData("\U0001F600\uFE0F\U0001F600\uFE0F", 0.6124, 0.714, 0.286, 0)]
    public void Sequences_are_read_part_by_part(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("🔛 good", 0.4926, 0.615, 0.385, 0)]
    [InlineData("\U0001F199 GOOD", 0.6027, 0.662, 0.338, 0)]
    [InlineData("good ‼", 0.4404, 0.492, 0.508, 0)]
    [InlineData("\U0001F197 GOOD", 0.7626, 0.868, 0.132, 0)]
    [InlineData("good ❗❗", 0.4404, 0.42, 0.58, 0)]
    [InlineData("‼❗🔛\U0001F199 good", 0.5399, 0.279, 0.721, 0)]
    public void Names_with_punctuation_and_capitals(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    [Theory]
    [InlineData("good…", 0, 0, 1, 0)]
    [InlineData("“good”", 0, 0, 1, 0)]
    [InlineData("good’", 0, 0, 1, 0)]
    [InlineData("¡good!", 0, 0, 1, 0)]
    [InlineData("汉字 good", 0.4404, 0.744, 0.256, 0)]
    [InlineData("good\u200D", 0, 0, 1, 0)]
    [InlineData("\uFEFFgood", 0, 0, 1, 0)]
    [InlineData("\u200Bgood", 0, 0, 1, 0)]
    [InlineData("© good", 0.4404, 0.744, 0.256, 0)]
    [InlineData("™ great", 0.6249, 0.672, 0.328, 0)]
    public void Other_characters_stay(string text, double compound, double positive, double neutral, double negative) =>
        Reference.Expect(text, compound, positive, neutral, negative);

    /// <summary>No theory: attributes hold UTF-8, which has no lone surrogates.</summary>
    [Fact]
    public void Lone_surrogates_stay()
    {
        Reference.Expect("\uD83D good", 0.4404, 0.744, 0.256, 0);
        Reference.Expect("good\uD83D", 0, 0, 1, 0);
        Reference.Expect("\uDE00good", 0, 0, 1, 0);
        Reference.Expect("\uDE00\uD83D", 0, 0, 1, 0);
        Reference.Expect("good \uD83D☺", 0.7096, 0.747, 0.253, 0);
    }
}
