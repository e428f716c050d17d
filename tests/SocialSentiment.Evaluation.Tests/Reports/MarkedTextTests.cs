using SocialSentiment.Evaluation.Reports;

namespace SocialSentiment.Evaluation.Tests.Reports;

public sealed class MarkedTextTests
{
    private const string Document = """
        Before.

        <!-- made by tests/evaluate --write -->
        old
        <!-- until here -->
        Between.
        <!-- made by tests/evaluate-replies --write -->
        other
        <!-- until here -->
        After.

        """;

    [Theory]
    [InlineData(MarkedText.Labels, "old\n")]
    [InlineData(MarkedText.Replies, "other\n")]
    public void What_is_between_the_marks_of_a_maker_is_replaced_and_nothing_else(string maker, string before)
    {
        var replaced = MarkedText.Replace(Document, maker, "new\n\nlines\n");

        Assert.Equal(before, MarkedText.Read(Document, maker));
        Assert.Equal("new\n\nlines\n", MarkedText.Read(replaced, maker));
        Assert.Equal(Document, MarkedText.Replace(replaced, maker, before));
    }

    [Theory]
    [InlineData("Nothing here.")]
    [InlineData("<!-- until here -->\n<!-- made by tests/evaluate --write -->\nnever ends")]
    public void A_document_without_marks_is_refused(string document)
        => Assert.Throws<InvalidDataException>(() => MarkedText.Replace(document, MarkedText.Labels, "new"));
}
