using SocialSentiment.MlWorker.Inference;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Engines;

public sealed class InferenceOptionsTests
{
    [Theory]
    [InlineData(9, 3, 0)]
    [InlineData(16, 3, 3)]
    [InlineData(256, 3, 3)]
    [InlineData(257, 3, 0)]
    [InlineData(64, 1, 0)]
    public void A_text_alone_gets_more_threads_if_the_network_is_neither_small_nor_large(int megabytes, int threads, int expected)
        => Assert.Equal(expected, new InferenceOptions { ThreadsWhenAlone = threads }.ThreadsForOneAlone(megabytes * 1024L * 1024));

    [Fact]
    public void Without_a_number_it_is_one_thread_per_core_at_most_four()
        => Assert.Equal(Environment.ProcessorCount == 1 ? 0 : Math.Min(4, Environment.ProcessorCount), new InferenceOptions().ThreadsForOneAlone(64L * 1024 * 1024));
}
