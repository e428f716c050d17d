namespace SocialSentiment.Faults.Checking;

/// <summary>The ways in which a promise can be broken.</summary>
internal enum Broken
{
    /// <summary>Acknowledged, and not there.</summary>
    Lost,

    /// <summary>There more than once, or labelled more than once.</summary>
    Duplicated,

    /// <summary>There, and never sent so.</summary>
    Fabricated,

    /// <summary>Still without a final state.</summary>
    Stuck,

    /// <summary>Deleted or replaced, and back.</summary>
    Resurfaced,

    /// <summary>A label that does not say who made it.</summary>
    Provenance,

    /// <summary>Dead without a reason, or a poisonous post that is not dead.</summary>
    DeadLetters,

    /// <summary>Counters that differ from what they count.</summary>
    Accounting,

    /// <summary>A live feed with a gap, a repetition or a step back.</summary>
    Feed,

    /// <summary>An answer that no fault explains.</summary>
    Answer,
}

/// <summary>One broken promise.</summary>
internal sealed record Finding(Broken Kind, string What)
{
    public override string ToString() => $"{Kind}: {What}";
}

/// <summary>What the checker found.</summary>
/// <param name="Findings">Nothing, if every promise was kept.</param>
/// <param name="Labelled">Posts with their final label.</param>
/// <param name="Dead">Posts that were made to die, and did.</param>
/// <param name="Sacrificed">Harmless posts among the dead letters: the platform gave up on them, with a reason.</param>
/// <param name="Deleted">Posts that are gone because their sender deleted them.</param>
internal sealed record Verdict(IReadOnlyList<Finding> Findings, int Labelled, int Dead, int Sacrificed, int Deleted)
{
    public int Of(Broken kind) => Findings.Count(finding => finding.Kind == kind);

    public override string ToString()
        => $"{Labelled} labelled, {Dead} dead as expected, {Sacrificed} dead though harmless, {Deleted} deleted; "
            + string.Join(", ", Enum.GetValues<Broken>().Select(kind => $"{kind.ToString().ToLowerInvariant()} {Of(kind)}"))
            + string.Concat(Findings.Take(30).Select(finding => $"{Environment.NewLine}  {finding}"));
}
