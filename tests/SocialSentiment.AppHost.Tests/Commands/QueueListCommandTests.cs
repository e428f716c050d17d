using SocialSentiment.AppHost.Commands;

namespace SocialSentiment.AppHost.Tests.Commands;

public class QueueListCommandTests
{
    private static readonly QueueListCommand.Queue[] s_queues =
    [
        new("results", "quorum", "running", 0, 2, 1),
        new("analyze", "quorum", "running", 7, 0, 3),
    ];

    [Fact]
    public void Shows_all_queues_in_order()
    {
        var result = QueueListCommand.Show(s_queues, filter: null);

        Assert.Equal("2 queues.", result.Message);
        Assert.Equal(
            """
            | Queue | Type | State | Ready | In progress | Consumers |
            | --- | --- | --- | --- | --- | --- |
            | analyze | quorum | running | 7 | 0 | 3 |
            | results | quorum | running | 0 | 2 | 1 |

            """.ReplaceLineEndings("\n"),
            result.Data!.Value);
    }

    [Theory]
    [InlineData("ANA", "| analyze ")]
    [InlineData(" result ", "| results ")]
    public void Shows_only_what_the_filter_names(string filter, string expected)
    {
        var result = QueueListCommand.Show(s_queues, filter);

        Assert.Equal("1 queues.", result.Message);
        Assert.Contains(expected, result.Data!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_when_there_is_nothing_to_show() => Assert.Equal("No such queue.", QueueListCommand.Show(s_queues, "nothing").Message);
}
