using SocialSentiment.ServiceDefaults.Lifetime;
using Xunit;

namespace SocialSentiment.ServiceDefaults.Tests.Lifetime;

public sealed class WakeSignalTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_calls_make_one_more_turn()
    {
        using var signal = new WakeSignal();
        var turn = signal.WaitAsync(Token);
        Assert.False(turn.IsCompleted);
        signal.Set();
        await turn;

        signal.Set();
        signal.Set();
        await signal.WaitAsync(Token);
        Assert.False(signal.WaitAsync(Token).IsCompleted);
    }

    [Fact]
    public void The_first_turn_may_need_no_call()
    {
        using var signal = new WakeSignal(isSet: true);
        Assert.True(signal.WaitAsync(Token).IsCompletedSuccessfully);
    }
}
