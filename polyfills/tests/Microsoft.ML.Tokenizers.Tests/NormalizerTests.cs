namespace Microsoft.ML.Tokenizers.Tests;

public sealed class NormalizerTests
{
    [Fact]
    public void Case_is_changed()
    {
        Assert.Equal("how ÿes ǆ?", LowerCaseNormalizer.Instance.Normalize("How ŸES ǅ?"));
        Assert.Equal("how ÿes ǆ?", LowerCaseNormalizer.Instance.Normalize("How ŸES ǅ?".AsSpan()));
        Assert.Equal("HOW STRAßE Ǆ?", UpperCaseNormalizer.Instance.Normalize("How straße ǆ?"));
        Assert.Equal("HOW STRAßE Ǆ?", UpperCaseNormalizer.Instance.Normalize("How straße ǆ?".AsSpan()));
        Assert.Equal("", UpperCaseNormalizer.Instance.Normalize(""));
        Assert.Equal("", UpperCaseNormalizer.Instance.Normalize(default(ReadOnlySpan<char>)));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("Plain TEXT", "plain text")]
    [InlineData("a\tb\r\nc\u0085d\u007F", "abcd")]
    [InlineData("a\u00A0b\u2003c\u3000d", "a b c d")]
    [InlineData("a\u2028b\u200Bc", "a\u2028b\u200Bc")]
    [InlineData("\u0000a\uFFFD", "a")]
    [InlineData("ÀÉ Σ 𐐀 ǅ", "àé σ 𐐨 ǅ")]
    [InlineData("e\u0301", "é")]
    [InlineData("漢字a𠀀", " 漢  字 a 𠀀 ")]
    [InlineData("\u3400\u3401\uF900", "\u3400 \u3401  \u8C48 ")]
    [InlineData("한국어", "한국어")]
    public void BERT_text_is_cleaned_and_put_in_lower_case(string text, string normalized)
    {
        Assert.Equal(normalized, Bert(new BertOptions()).Normalize(text));
        Assert.Equal(normalized, Bert(new BertOptions()).Normalize(text.AsSpan()));
    }

    [Theory]
    [InlineData("ÀÉ naïve o\u0308\u0323 \u0301", "ae naive o ")]
    [InlineData("한국어", "한국어")]
    [InlineData("ŁØ", "łø")]
    public void BERT_text_loses_its_accents_if_wanted(string text, string normalized)
        => Assert.Equal(normalized, Bert(new BertOptions { RemoveNonSpacingMarks = true }).Normalize(text));

    [Fact]
    public void BERT_text_keeps_capitals_and_CJK_characters_if_wanted()
        => Assert.Equal("É漢字", Bert(new BertOptions { LowerCaseBeforeTokenization = false, IndividuallyTokenizeCjk = false }).Normalize("É漢字"));

    private static Normalizer Bert(BertOptions options)
        => BertTokenizer.Create(Vocabularies.Lines(Vocabularies.Bert), options).Normalizer!;
}
