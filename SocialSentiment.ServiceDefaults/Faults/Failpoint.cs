namespace SocialSentiment.ServiceDefaults.Faults;

/// <summary>
/// Named places where a test may break the process. They do nothing unless the process was started with the environment
/// variable <c>SOCIALSENTIMENT_FAILPOINTS</c>, for example
/// <c>outbox.after-publish=kill;analyze.before-ack=throw@3;results.before-commit=delay:500</c>.
/// </summary>
public static class Failpoint
{
    public const string Variable = "SOCIALSENTIMENT_FAILPOINTS";

    // Read once: with nothing armed, what is left of a failpoint is a comparison with a null that never changes.
    private static readonly FailpointPlan? s_plan = FailpointPlan.Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Says on standard error what is armed, so that nobody hunts for a fault that was asked for.</summary>
    public static void Announce()
    {
        if (s_plan is not null)
        {
            Console.Error.WriteLine($"WARNING: failpoints are armed, this process breaks on purpose ({Variable}={s_plan}).");
        }
    }

    public static ValueTask HitAsync(string name, CancellationToken ct = default)
        => s_plan is null ? ValueTask.CompletedTask : s_plan.HitAsync(name, ct);

    /// <summary>
    /// Stands in for a text that breaks the analyzer: with <c>poison</c> armed, a text that contains <c>POISON:throw</c>
    /// throws and one that contains <c>POISON:kill</c> ends the process, each time that it is seen.
    /// </summary>
    public static void Poison(string text) => s_plan?.Poison(text);
}
