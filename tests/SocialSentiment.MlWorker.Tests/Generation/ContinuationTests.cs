using System.Text;
using SocialSentiment.MlWorker.Inference.Generation;
using SocialSentiment.MlWorker.Models.Description;
using SocialSentiment.MlWorker.Tests.Engines;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Generation;

public sealed class ContinuationTests(TestRepositories repositories)
{
    private static readonly string[] s_texts =
    [
        "Hello, world", "naïve café 😀👩‍👩‍👧 — 日本語のテキスト", "\n\nUser: no\n", "ab\nUser", "aaaaab", "aaab aab ab", "\uFFFD is a letter too", "",
    ];

    private static readonly string[][] s_stops = [[], ["\nUser:"], ["aab"], ["ab", "b"], ["😀"], ["世", "語の"], ["\n\n", "\n"], ["", "never"]];

    /// <summary>However the bytes are cut, what is shown grows, is whole, and never holds anything of a stop.</summary>
    [Fact]
    public void Text_is_shown_when_it_is_certain()
    {
        foreach (var (text, stops) in s_texts.SelectMany(text => s_stops.Select(stops => (text, stops))))
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var ends = stops.Where(stop => stop.Length > 0).Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).ToList();
            var expected = ends.Count > 0 ? text[..ends.Min()] : text;
            for (var cut = 1; cut <= 5; cut++)
            {
                var continuation = Continuation(stops);
                foreach (var piece in bytes.Chunk(cut))
                {
                    continuation.Append(piece);
                    Assert.StartsWith(continuation.Visible, expected, StringComparison.Ordinal);
                    Assert.False(continuation.Visible.Length > 0 && char.IsHighSurrogate(continuation.Visible[^1]));
                    if (continuation.End is not null)
                    {
                        break;
                    }
                }

                Assert.Equal(ends.Count > 0 ? GenerationEnd.Stop : null, continuation.End);
                var result = continuation.Result();
                Assert.Equal((expected, ends.Count > 0 ? GenerationEnd.Stop : GenerationEnd.Timeout), (result.Text, result.End));
            }
        }
    }

    [Fact]
    public void The_beginning_of_a_stop_is_held_back_and_comes_when_it_was_none_after_all()
    {
        var continuation = Continuation("\nUser:");
        List<string> shown = [];
        foreach (var letter in "Yes.\nUs\nUser!")
        {
            continuation.Append(Encoding.UTF8.GetBytes([letter]));
            shown.Add(continuation.Visible);
        }

        Assert.Equal(
            ["Y", "Ye", "Yes", "Yes.", "Yes.", "Yes.", "Yes.", "Yes.\nUs", "Yes.\nUs", "Yes.\nUs", "Yes.\nUs", "Yes.\nUs", "Yes.\nUs\nUser!"],
            shown);
    }

    [Fact]
    public void What_is_held_back_at_the_end_is_part_of_the_text_and_half_a_letter_is_not()
    {
        var continuation = Continuation("###");
        continuation.Append("so ##"u8);
        Assert.Equal("so ", continuation.Visible);
        continuation.Append("😀"u8[..3]);
        Assert.Equal("so ", continuation.Visible);

        continuation.Finish(GenerationEnd.Length);

        Assert.Equal(new GeneratedText("so ##", 0, 0, GenerationEnd.Length), continuation.Result());
    }

    [Fact]
    public void Bytes_that_are_no_letter_become_the_letter_for_that()
    {
        var continuation = Continuation();
        continuation.Append([0xC3]);
        continuation.Append([0x41, 0xFF]);

        Assert.Equal("\uFFFDA\uFFFD", continuation.Visible);
    }

    /// <summary>Of the tokenizers whose files come with the tests too, on texts of all kinds.</summary>
    [Theory]
    [InlineData("Good morning, it's 8 o'clock!  Two blanks\n\nand\tmore")]
    [InlineData("naïve café 😀👩‍👩‍👧 — 日本語 ͏ \u200d")]
    public void Tokens_become_the_text_that_they_were_cut_from(string text)
        => Assert.Equal(text, repositories.Text(repositories.Gpt2.Tokenizer.EncodePlain(text)));

    [Fact]
    public void The_end_and_what_lies_beyond_the_vocabulary_say_nothing()
    {
        var texts = TokenTexts.Read(repositories.Gpt2.Folder);

        Assert.Equal(repositories.EndId(), texts.EndId);
        Assert.Equal(repositories.Gpt2.Weights.Config.VocabularySize, texts.Count);
        Assert.True(texts.Bytes(texts.EndId).IsEmpty);
        Assert.True(texts.Bytes(texts.Count + 40).IsEmpty);
        Assert.All(Enumerable.Range(0, 256), value => Assert.Contains(Enumerable.Range(0, texts.Count), token => texts.Bytes(token) is [var only] && only == value));
    }

    [Fact]
    public void A_tokenizer_of_another_kind_is_refused()
    {
        var error = Assert.Throws<ModelFilesException>(() => TokenTexts.Read(repositories.DistilBert.Folder));

        Assert.Contains("is no byte-level BPE", error.Message, StringComparison.Ordinal);
    }

    private static Continuation Continuation(params string[] stops) => new(0, new TokenHistory([], 1, 1), new RandomStream(0, 0), stops);
}
