using SocialSentiment.Contracts.Keys;

namespace SocialSentiment.Api.Keys;

/// <summary>A key of the table as a replica holds it in memory.</summary>
internal sealed class HeldKey : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private long _usedAt;
    private long _usedWritten;

    public HeldKey(KeyRow row, int requestsPerMinute)
    {
        Row = row;
        Caller = new Caller(row.Name, row.Scope, row.Id, new(requestsPerMinute), _ended.Token);
    }

    public KeyRow Row { get; }

    public Caller Caller { get; }

    /// <summary>When it was used, if that has not been taken before.</summary>
    public DateTimeOffset? TakeUse()
    {
        var used = Interlocked.Read(ref _usedAt);
        return Interlocked.Exchange(ref _usedWritten, used) == used ? null : new DateTimeOffset(used, TimeSpan.Zero);
    }

    /// <summary>What could not be written down is due again.</summary>
    public void ReturnUse() => Interlocked.Exchange(ref _usedWritten, 0);

    public void Use(DateTimeOffset now) => Volatile.Write(ref _usedAt, now.UtcTicks);

    public KeyState StateAt(DateTimeOffset now) => StateOf(Row.ExpiresAt, Row.RevokedAt, now);

    /// <summary>Ends what was begun with it and is still going on.</summary>
    public void End() => _ended.Cancel();

    /// <summary>Ends it for good: the table says something else by now.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
    }

    public static KeyState StateOf(DateTimeOffset? expiresAt, DateTimeOffset? revokedAt, DateTimeOffset now)
        => revokedAt is not null ? KeyState.Revoked
        : expiresAt <= now ? KeyState.Expired
        : KeyState.Active;
}

/// <summary>What the table says of a key, as far as it decides about calls.</summary>
internal sealed record KeyRow(Guid Id, string Name, byte[] Hash, Scope Scope, int? RequestsPerMinute, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    public bool SaysTheSame(KeyRow other) => Hash.AsSpan().SequenceEqual(other.Hash) && this with { Hash = other.Hash } == other;
}
