using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SocialSentiment.AppHost.SelfHealing;

/// <summary>
/// What is known about one running instance, a replica for example: is it down, and did somebody ask for that?
/// States come from Aspire and wishes from operators' commands, on different threads.
/// </summary>
internal sealed class SupervisedInstance(RestartPolicy policy)
{
    private readonly Lock _lock = new();
    private bool _wanted = true;
    private int _commands;
    private bool _down;
    private DateTime? _endedRun;
    private int _generation;

    /// <summary>
    /// Takes note of a state. Returns what to do when the instance has just ended although nobody asked for it, with
    /// a <paramref name="ticket"/> that says later whether that is still how things stand.
    /// </summary>
    public RestartDecision? Observe(CustomResourceSnapshot snapshot, DateTimeOffset now, out int ticket)
    {
        lock (_lock)
        {
            ticket = _generation;
            if (!IsDown(snapshot))
            {
                _wanted |= _down && snapshot.State?.Text == KnownResourceStates.Running; // up again, so somebody wants it
                _down = false;
                if (snapshot.HealthStatus == HealthStatus.Healthy)
                {
                    policy.Healthy(now);
                }
                else
                {
                    policy.Unhealthy();
                }

                return null;
            }

            // Word of an end that has been dealt with may come once more, after the next start has begun.
            var isOldNews = snapshot.StartTimeStamp is not null && snapshot.StartTimeStamp == _endedRun
                && snapshot.State?.Text != KnownResourceStates.FailedToStart;
            if (_down || isOldNews)
            {
                return null;
            }

            _down = true;
            _endedRun = snapshot.StartTimeStamp;
            ticket = ++_generation;
            return _wanted && _commands == 0 ? policy.Crashed(now) : null;
        }
    }

    public static bool IsDown(CustomResourceSnapshot snapshot) => KnownResourceStates.TerminalStates.Contains(snapshot.State?.Text);

    /// <summary>Nobody has started or stopped it since the ticket was given.</summary>
    public bool IsStillDown(int ticket)
    {
        lock (_lock)
        {
            return _down && _generation == ticket;
        }
    }

    /// <summary>The restart did not even get as far as a process: one more crash.</summary>
    public RestartDecision FailedToRestart(DateTimeOffset now)
    {
        lock (_lock)
        {
            return policy.Crashed(now);
        }
    }

    public int CountRestart()
    {
        lock (_lock)
        {
            return ++policy.Restarts;
        }
    }

    /// <summary>An operator's command begins: until it ends, nothing that happens here is a crash.</summary>
    public void CommandBegins()
    {
        lock (_lock)
        {
            _commands++;
            _generation++;
        }
    }

    /// <summary>
    /// The operator has taken matters in hand: a clean record, and what ends from now on is a crash again. A command
    /// that means neither start nor stop leaves the wish as it was.
    /// </summary>
    public void CommandEnds(bool? wanted)
    {
        lock (_lock)
        {
            _commands--;
            _wanted = wanted ?? _wanted;
            _down &= wanted is not true;
            policy.Forgive();
        }
    }
}
