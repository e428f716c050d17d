using System.Text;

namespace SocialSentiment.Messaging;

/// <summary>Why a message is among the dead letters.</summary>
/// <param name="Origin">The queue that it was taken from, or nobody took it from in time.</param>
/// <param name="Reason">One of <see cref="DeadLetterReasons"/>.</param>
/// <param name="Error">The words of the last error, if there was one.</param>
/// <param name="Attempts">How often it was tried.</param>
public sealed record DeadLetterInfo(string Origin, string Reason, string? Error, int Attempts)
{
    /// <summary>Reads what <see cref="BatchConsumer{TMessage}"/> wrote, or else what the broker did when it moved the message by itself.</summary>
    public static DeadLetterInfo From(IReadOnlyDictionary<string, object?> headers)
    {
        var death = (headers.GetValueOrDefault("x-death") as IEnumerable<object?>)?.OfType<IDictionary<string, object?>>().FirstOrDefault();
        var origin = Text(headers.GetValueOrDefault(MessageHeaders.Origin))
            ?? Text(headers.GetValueOrDefault("x-first-death-queue"))
            ?? Text(death?["queue"])
            ?? "";

        if (Text(headers.GetValueOrDefault(MessageHeaders.Reason)) is { } reason)
        {
            return new DeadLetterInfo(origin, reason, Text(headers.GetValueOrDefault(MessageHeaders.Error)), MessageHeaders.Number(headers, MessageHeaders.Attempts));
        }

        var unsettled = MessageHeaders.Number(headers, MessageHeaders.DeliveryCount) + MessageHeaders.Number(headers, MessageHeaders.EarlierDeliveries);
        return (Text(headers.GetValueOrDefault("x-first-death-reason")) ?? Text(death?["reason"])) switch
        {
            "delivery_limit" => new DeadLetterInfo(origin, DeadLetterReasons.CrashedWorker, $"It came back unsettled {unsettled} times: whoever had it died.", unsettled),
            "expired" => new DeadLetterInfo(origin, DeadLetterReasons.Expired, "Nobody took it in time.", unsettled),
            _ => new DeadLetterInfo(origin, DeadLetterReasons.Rejected, null, unsettled),
        };
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
