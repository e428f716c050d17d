using SocialSentiment.Faults.Running;

namespace SocialSentiment.Faults.Workload;

/// <summary>Does harm by a seeded schedule, one thing after the other, and mends it again.</summary>
internal sealed class Nemesis(Cluster cluster, IReadOnlyList<ServiceProcess> apis, IReadOnlyList<ServiceProcess> workers, TcpProxy toPostgres, TcpProxy toRabbit, int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<string> _done = [];
    private readonly DateTime _started = DateTime.UtcNow;

    /// <summary>What was done, in order.</summary>
    public IReadOnlyList<string> Done => _done;

    public async Task RunAsync(TimeSpan longestPause, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(longestPause * _random.NextDouble(), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stop.IsCancellationRequested)
            {
                await StrikeAsync();
            }
        }

        toPostgres.Latency = toRabbit.Latency = TimeSpan.Zero;
        toPostgres.Restore();
        toRabbit.Restore();
    }

    private async Task StrikeAsync()
    {
        var wire = _random.Next(2) == 0 ? toPostgres : toRabbit;
        var name = wire == toPostgres ? "the database" : "the broker";
        switch (_random.Next(100))
        {
            case < 20:
                Kill(workers);
                break;
            case < 40:
                Kill(apis);
                break;
            case < 52:
                Say("database killed");
                await cluster.Postgres.KillAsync();
                await Task.Delay(Moment(1_000));
                await cluster.Postgres.RestartAsync(CancellationToken.None);
                break;
            case < 62:
                Say("broker killed");
                await cluster.Rabbit.KillAsync();
                await Task.Delay(Moment(1_000));
                await cluster.Rabbit.RestartAsync(CancellationToken.None);
                break;
            case < 66:
                Say("broker killed, its data deleted");
                await cluster.Rabbit.RestartAsync(CancellationToken.None, wipe: true);
                break;
            case < 76:
                var paused = _random.Next(2) == 0 ? Pick(apis) : Pick(workers);
                Say($"{paused} paused");
                paused.Signal(Signals.Stop);
                await Task.Delay(Moment(3_000));
                paused.Signal(Signals.Continue);
                break;
            case < 84:
                var ended = _random.Next(2) == 0 ? Pick(apis) : Pick(workers);
                Say($"{ended} told to end");
                ended.Signal(Signals.Terminate);
                break;
            case < 90:
                Say($"wires to {name} cut");
                wire.Cut();
                break;
            case < 95:
                Say($"wires to {name} silent");
                wire.Silence();
                await Task.Delay(Moment(4_000));
                wire.Restore();
                break;
            default:
                Say($"wires to {name} slow");
                wire.Latency = TimeSpan.FromMilliseconds(300);
                await Task.Delay(Moment(3_000));
                wire.Latency = TimeSpan.Zero;
                break;
        }
    }

    private void Kill(IReadOnlyList<ServiceProcess> services)
    {
        var killed = Pick(services);
        Say($"{killed} killed");
        killed.Signal(Signals.Kill);
    }

    private ServiceProcess Pick(IReadOnlyList<ServiceProcess> services) => services[_random.Next(services.Count)];

    private TimeSpan Moment(int milliseconds) => TimeSpan.FromMilliseconds(_random.Next(milliseconds));

    private void Say(string what) => _done.Add($"{(DateTime.UtcNow - _started).TotalSeconds,6:0.0} s  {what}");
}
