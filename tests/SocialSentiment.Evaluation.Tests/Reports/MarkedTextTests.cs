using SocialSentiment.Evaluation.Reports;

namespace SocialSentiment.Evaluation.Tests.Reports;

public sealed class MarkedTextTests
{
    private const string Document = "Before.\n\n<!-- made by tests/evaluate --write -->\nold\n<!-- until here -->\nAfter.\n";

    [Fact]
    public void What_is_between_the_marks_is_replaced_and_nothing_else()
    {
        var replaced = MarkedText.Replace(Document, "new\n\nlines\n");

        Assert.Equal("old\n", MarkedText.Read(Document));
        Assert.Equal("new\n\nlines\n", MarkedText.Read(replaced));
        Assert.Equal(Document, MarkedText.Replace(replaced, "old\n"));
    }

    [Fact]
    public void A_document_without_marks_is_refused() => Assert.Throws<InvalidDataException>(() => MarkedText.Replace("Nothing here.", "new"));
}
