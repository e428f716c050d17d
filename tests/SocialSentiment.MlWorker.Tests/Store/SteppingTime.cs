namespace SocialSentiment.MlWorker.Tests.Store;

/// <summary>A clock that goes on when it is told to.</summary>
internal sealed class SteppingTime : TimeProvider
{
    private DateTimeOffset _now = DateTimeOffset.UtcNow;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Step(TimeSpan span) => _now += span;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;
}
