using SocialSentiment.MlWorker.Inference.Batching;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Batching;

public sealed class AdmissionGateTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void It_lets_in_as_many_as_there_is_room_for()
    {
        var gate = new AdmissionGate(3);

        Assert.True(gate.TryEnter(2));
        Assert.False(gate.TryEnter(2));
        Assert.True(gate.TryEnter(1));
        Assert.False(gate.TryEnter(1));
        Assert.Equal(3, gate.Inside);

        gate.Exit(3);
        Assert.Equal(0, gate.Inside);
        Assert.True(gate.TryEnter(3));
    }

    [Fact]
    public async Task Who_waits_goes_in_in_the_order_of_arrival_and_nobody_overtakes()
    {
        var gate = new AdmissionGate(3);
        Assert.True(gate.TryEnter(2));

        var large = gate.EnterAsync(3, Token).AsTask();
        var small = gate.EnterAsync(1, Token).AsTask();
        Assert.False(gate.TryEnter(1));

        gate.Exit(1);
        Assert.False(large.IsCompleted || small.IsCompleted);
        gate.Exit(1);
        await large;
        Assert.False(small.IsCompleted);
        gate.Exit(3);
        await small;
        Assert.Equal(1, gate.Inside);
    }

    [Fact]
    public async Task Who_waits_no_longer_makes_way_for_those_behind()
    {
        var gate = new AdmissionGate(3);
        using var patience = new CancellationTokenSource();
        Assert.True(gate.TryEnter(2));
        var large = gate.EnterAsync(3, patience.Token).AsTask();
        var small = gate.EnterAsync(1, Token).AsTask();

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        await small;
        gate.Exit(3);
        Assert.Equal(0, gate.Inside);
    }

    [Fact]
    public async Task More_than_there_will_ever_be_room_for_is_an_error()
        => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await new AdmissionGate(3).EnterAsync(4, Token));

    [Fact]
    public async Task Who_has_given_up_before_does_not_come_in()
    {
        var gate = new AdmissionGate(3);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await gate.EnterAsync(1, new CancellationToken(canceled: true)));

        Assert.Equal(0, gate.Inside);
    }

    [Fact]
    public async Task No_permit_is_lost_or_made_up_when_many_come_and_give_up()
    {
        var gate = new AdmissionGate(5);
        var entered = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(
            async () =>
            {
                var random = new Random(seed);
                for (var i = 0; i < 1_000; i++)
                {
                    var count = random.Next(1, 6);
                    using var patience = new CancellationTokenSource();
                    var entering = gate.EnterAsync(count, patience.Token);
                    if (random.Next(2) == 0)
                    {
                        patience.Cancel();
                    }

                    try
                    {
                        await entering;
                    }
                    catch (OperationCanceledException)
                    {
                        continue;
                    }

                    Interlocked.Increment(ref entered);
                    try
                    {
                        Assert.InRange(gate.Inside, count, 5);
                        await Task.Yield();
                    }
                    finally
                    {
                        // Or all others would wait for ever, and nobody would hear of the failure.
                        gate.Exit(count);
                    }
                }
            },
            Token)));

        Assert.Equal(0, gate.Inside);
        Assert.InRange(entered, 3_000, 8_000);
        Assert.True(gate.TryEnter(5));
    }
}
