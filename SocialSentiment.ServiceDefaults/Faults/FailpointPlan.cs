using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SocialSentiment.ServiceDefaults.Faults;

internal enum FailpointAction
{
    Kill,
    Throw,
    Delay,
    Hang,
}

/// <summary>What is to happen at one failpoint, and at which hit; 0 is every hit.</summary>
internal sealed record FailpointRule(string Name, FailpointAction Action, TimeSpan Delay, int At)
{
    private int _hits;

    public bool IsDue() => Interlocked.Increment(ref _hits) == At || At == 0;
}

/// <summary>The failpoints that are armed: rules separated by semicolons, each <c>name=action[:milliseconds][@hit|@*]</c>.</summary>
internal sealed class FailpointPlan
{
    private const string PoisonRule = "poison";

    private readonly string _text;

    private FailpointPlan(string text, IReadOnlyList<FailpointRule> rules, bool poison)
    {
        _text = text;
        Rules = rules;
        HasPoison = poison;
    }

    public IReadOnlyList<FailpointRule> Rules { get; }

    public bool HasPoison { get; }

    public static FailpointPlan? Parse(string? text)
    {
        var parts = (text ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 0
            ? null
            : new FailpointPlan(text!, [.. parts.Where(part => part != PoisonRule).Select(ParseRule)], parts.Contains(PoisonRule));
    }

    public async ValueTask HitAsync(string name, CancellationToken ct)
    {
        foreach (var rule in Due(name))
        {
            if (Perform(rule) is { } pause)
            {
                await Task.Delay(pause, ct);
            }
        }
    }

    public void Poison(string text)
    {
        if (!HasPoison)
        {
            return;
        }

        if (text.Contains("POISON:kill", StringComparison.Ordinal))
        {
            Say($"{PoisonRule}: kill");
            Kill();
        }

        if (text.Contains("POISON:throw", StringComparison.Ordinal))
        {
            throw new FailpointException(PoisonRule);
        }
    }

    public override string ToString() => _text;

    private static FailpointRule ParseRule(string rule)
    {
        var nameEnd = rule.IndexOf('=');
        if (nameEnd <= 0)
        {
            throw Wrong(rule, $"name=action, or {PoisonRule}, is expected");
        }

        var (action, at) = (rule[(nameEnd + 1)..].Trim(), 1);
        if (action.IndexOf('@') is >= 0 and var atStart)
        {
            var hit = action[(atStart + 1)..];
            action = action[..atStart];
            if (hit == "*")
            {
                at = 0;
            }
            else if (!int.TryParse(hit, NumberStyles.None, CultureInfo.InvariantCulture, out at) || at == 0)
            {
                throw Wrong(rule, "after @ comes a hit, counted from 1, or *");
            }
        }

        var name = rule[..nameEnd].Trim();
        return action switch
        {
            "kill" => new FailpointRule(name, FailpointAction.Kill, default, at),
            "throw" => new FailpointRule(name, FailpointAction.Throw, default, at),
            "hang" => new FailpointRule(name, FailpointAction.Hang, Timeout.InfiniteTimeSpan, at),
            _ when action.StartsWith("delay:", StringComparison.Ordinal)
                && int.TryParse(action.AsSpan("delay:".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
                => new FailpointRule(name, FailpointAction.Delay, TimeSpan.FromMilliseconds(milliseconds), at),
            _ => throw Wrong(rule, "the actions are kill, throw, delay:milliseconds and hang"),
        };
    }

    private static FormatException Wrong(string rule, string expected)
        => new($"{Failpoint.Variable} has the rule '{rule}'; {expected}.");

    /// <summary>Every rule of the name counts this hit, also those that are not due yet.</summary>
    private List<FailpointRule> Due(string name) => [.. Rules.Where(rule => rule.Name == name).Where(rule => rule.IsDue())];

    /// <summary>Kills or throws at once; returns how long to wait otherwise.</summary>
    private static TimeSpan? Perform(FailpointRule rule)
    {
        Say($"{rule.Name}: {rule.Action.ToString().ToLowerInvariant()}");
        switch (rule.Action)
        {
            case FailpointAction.Kill:
                Kill();
                return null;
            case FailpointAction.Throw:
                throw new FailpointException(rule.Name);
            default:
                return rule.Delay;
        }
    }

    private static void Say(string what) => Console.Error.WriteLine($"Failpoint {what}");

    /// <summary>SIGKILL: no finally block, no flush, no goodbye to database or broker. The call that sends it does not come back.</summary>
    [DoesNotReturn]
    private static void Kill()
    {
        Process.GetCurrentProcess().Kill();
        throw new UnreachableException();
    }
}
