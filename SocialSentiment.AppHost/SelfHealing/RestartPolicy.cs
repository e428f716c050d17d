namespace SocialSentiment.AppHost.SelfHealing;

/// <summary>What to do about one crash: restart after <paramref name="Delay"/>, or give up.</summary>
/// <param name="Crashes">The crashes in a row so far, this one included.</param>
internal readonly record struct RestartDecision(bool GiveUp, TimeSpan Delay, int Crashes);

/// <summary>Decides how one instance of a resource is restarted. Knows nothing but times, so that it can be tested like arithmetic.</summary>
internal sealed class RestartPolicy(SelfHealingOptions options)
{
    private readonly List<DateTimeOffset> _crashes = [];
    private DateTimeOffset? _healthySince;

    /// <summary>Restarts so far, in all.</summary>
    public int Restarts { get; set; }

    public void Healthy(DateTimeOffset now) => _healthySince ??= now;

    public void Unhealthy() => _healthySince = null;

    public RestartDecision Crashed(DateTimeOffset now)
    {
        if (_healthySince is { } since && now - since >= options.HealthyFor)
        {
            _crashes.Clear();
        }

        _healthySince = null;
        _crashes.RemoveAll(crash => now - crash > options.Window);
        _crashes.Add(now);

        return _crashes.Count >= options.GiveUpAfter
            ? new(GiveUp: true, TimeSpan.Zero, _crashes.Count)
            : new(GiveUp: false, Delay(_crashes.Count), _crashes.Count);
    }

    /// <summary>An operator took matters in hand: a clean record.</summary>
    public void Forgive()
    {
        _crashes.Clear();
        _healthySince = null;
    }

    private TimeSpan Delay(int crashes)
    {
        // 2^30 first delays are beyond any cap; more would overflow.
        var delay = options.FirstDelay.TotalSeconds * Math.Pow(2, Math.Min(crashes - 1, 30));
        return TimeSpan.FromSeconds(Math.Min(delay, options.LongestDelay.TotalSeconds));
    }
}
