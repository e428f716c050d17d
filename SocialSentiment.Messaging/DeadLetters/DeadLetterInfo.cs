using System.Text;

namespace SocialSentiment.Messaging;

/// <summary>Why a message is among the dead letters.</summary>
/// <param name="Origin">The queue that it was taken from, or nobody took it from in time.</param>
/// <param name="Reason">One of <see cref="DeadLetterReasons"/>.</param>
/// <param name="Error">The words of the last error, if there was one.</param>
/// <param name="Attempts">How often it was tried; as far as that can be told where the broker moved it.</param>
public sealed record DeadLetterInfo(string Origin, string Reason, string? Error, int Attempts)
{
    /// <summary>Reads what the consumer wrote, or else what the broker did when it moved the message by itself.</summary>
    public static DeadLetterInfo From(IReadOnlyDictionary<string, object?> headers)
    {
        // The broker puts the latest death first.
        var death = (headers.GetValueOrDefault("x-death") as IEnumerable<object?>)?.OfType<IDictionary<string, object?>>().FirstOrDefault();
        var diedIn = Text(death?["queue"]) ?? Text(headers.GetValueOrDefault("x-first-death-queue")) ?? "";
        var origin = Text(headers.GetValueOrDefault(MessageHeaders.Origin)) ?? diedIn;
        if (Text(headers.GetValueOrDefault(MessageHeaders.Reason)) is { } reason)
        {
            return new DeadLetterInfo(origin, reason, Text(headers.GetValueOrDefault(MessageHeaders.Error)), MessageHeaders.Number(headers, MessageHeaders.Attempts));
        }

        // The delivery count of the queue that it died in does not come along, but its limit is known.
        var attempts = MessageHeaders.Number(headers, MessageHeaders.EarlierDeliveries);
        switch (Text(death?["reason"]) ?? Text(headers.GetValueOrDefault("x-first-death-reason")))
        {
            case "delivery_limit":
                attempts += 1 + (diedIn == Queues.Suspects ? BrokerTopology.SuspectDeliveryLimit : MessagingOptions.DefaultDeliveryLimit);
                return new DeadLetterInfo(origin, DeadLetterReasons.CrashedWorker, $"Whoever worked on it died, {attempts} times.", attempts);
            case "expired":
                return new DeadLetterInfo(origin, DeadLetterReasons.Expired, "Nobody took it in time.", attempts);
            default:
                return new DeadLetterInfo(origin, DeadLetterReasons.Rejected, null, attempts);
        }
    }

    private static string? Text(object? value) => value switch
    {
        string text => text,
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        _ => null,
    };
}

/// <summary>The reasons for which a message becomes a dead letter.</summary>
public static class DeadLetterReasons
{
    /// <summary>The handler failed on it, as often as it was allowed to.</summary>
    public const string Rejected = "rejected";

    /// <summary>It cannot be read.</summary>
    public const string Malformed = "malformed";

    /// <summary>Whoever worked on it alone died, more than once.</summary>
    public const string CrashedWorker = "crashed_worker";

    /// <summary>Nobody took it in time.</summary>
    public const string Expired = "expired";
}
