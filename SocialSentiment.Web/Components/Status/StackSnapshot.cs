using System.Text.Json.Serialization;

namespace SocialSentiment.Web.Components.Status;

/// <summary>The stack at one moment, as the page shows it.</summary>
public sealed record StackSnapshot(IReadOnlyList<StackPart> Parts)
{
    /// <summary>What is shown before anything is known.</summary>
    public static StackSnapshot Pending { get; } = new([
        new("Web", "Shows it all", PartState.Running, "You are looking at it."),
        new("API", "Takes posts, answers questions", PartState.Checking),
        new("PostgreSQL", "Keeps everything", PartState.Checking),
        new("RabbitMQ", "Carries the work", PartState.Checking),
    ]);

    [JsonIgnore]
    public bool IsPending => Parts.Any(part => part.State == PartState.Checking);

    [JsonIgnore]
    public bool IsWell => Parts.All(part => part.State == PartState.Running);

    /// <summary>The state of it all in one sentence.</summary>
    [JsonIgnore]
    public string Headline
    {
        get
        {
            if (IsPending)
            {
                return "Looking around …";
            }

            if (IsWell)
            {
                return "Everything is running.";
            }

            if (Parts.FirstOrDefault(part => part.State == PartState.Unreachable) is { } away)
            {
                return $"The {away.Name} cannot be reached.";
            }

            string[] down = [.. Parts.Where(part => part.State == PartState.Down).Select(part => part.Name)];
            return down switch
            {
                [] => "Running, with a limp.",
                [var one] => $"{one} is down.",
                _ => $"{string.Join(", ", down[..^1])} and {down[^1]} are down.",
            };
        }
    }
}

/// <summary>One part of the stack.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="State">How it is.</param>
/// <param name="Detail">What there is to say about that, in plain words.</param>
/// <param name="LatencyMs">How long it took to answer.</param>
public sealed record StackPart(string Name, string Purpose, PartState State, string? Detail = null, double? LatencyMs = null);
