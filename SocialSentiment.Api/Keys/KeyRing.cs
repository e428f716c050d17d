using System.Buffers.Binary;
using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Npgsql;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.RateLimits;
using SocialSentiment.Contracts.Keys;
using SocialSentiment.ServiceDefaults.Security;

namespace SocialSentiment.Api.Keys;

/// <summary>
/// All keys, in memory: a request costs no question to the database. The table is looked at several times a second, so
/// that a key made or revoked on one replica is so on every other within the second that is promised. Without a
/// database the keys of the last look go on working: a caller whose posts cannot be stored is better told so than shut
/// out, and what reads from memory goes on; nobody can revoke a key meanwhile anyway.
/// </summary>
internal sealed partial class KeyRing(
    NpgsqlDataSource database, DatabaseMigrator migrator, IOptions<RateLimitOptions> limits, TimeProvider time, ILogger<KeyRing> logger) : BackgroundService
{
    private const int CommandTimeoutSeconds = 2;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>One line that is another one whenever anything that decides about calls is.</summary>
    private const string Fingerprint =
        """
        SELECT count(*) || ' ' || coalesce(sum(hashtextextended(ROW(id, name, hash, scopes, requests_per_minute, expires_at, revoked_at)::text, 0)), 0) FROM api_keys
        """;

    private const string All = "SELECT id, name, hash, scopes, requests_per_minute, expires_at, revoked_at FROM api_keys";

    private readonly SemaphoreSlim _refreshing = new(1);

    // A key that is not known may be new. Whoever sends many of that kind must not make the database answer for each.
    private readonly TokenBucket _looks = new(perSecond: 4, size: 4);

    private volatile Held? _held;
    private string? _fingerprint;
    private volatile bool _reachable;

    /// <summary>Whether the keys are known at all; before, nobody can be told that a key is wrong.</summary>
    public bool IsLoaded => _held is not null;

    public IEnumerable<HeldKey> Keys => _held?.ById.Values ?? [];

    public HeldKey? Find(ReadOnlySpan<byte> hash)
    {
        if (_held is not { } held)
        {
            return null;
        }

        // By the beginning of the hash, which tells nothing of the key; whoever shares it is compared in full and in
        // a time that does not depend on where they differ.
        HeldKey? found = null;
        if (held.ByHash.TryGetValue(BeginningOf(hash), out var candidates))
        {
            foreach (var candidate in candidates)
            {
                if (ShownKey.AreEqual(candidate.Row.Hash, hash))
                {
                    found = candidate;
                }
            }
        }

        return found;
    }

    /// <summary>Like <see cref="Find"/>; for a key that is not known the table is asked, if it has not been asked too often.</summary>
    public async ValueTask<HeldKey?> FindOrLookAsync(byte[] hash, CancellationToken cancellationToken)
    {
        if (Find(hash) is { } found)
        {
            return found;
        }

        if (!_reachable || !_looks.TryTake(time.GetTimestamp()).Granted)
        {
            return null;
        }

        await TryRefreshAsync(cancellationToken);
        return Find(hash);
    }

    /// <summary>Has what was just changed here hold here at once. Should the database be gone by now, the next look makes up for it.</summary>
    public async Task TryRefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(cancellationToken).WaitAsync(s_patience, time, cancellationToken);
        }
        catch (Exception error) when (DatabaseErrors.IsTransient(error))
        {
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(s_interval, time);
        do
        {
            try
            {
                await RefreshAsync(stoppingToken);
                _reachable = true;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                if (_reachable || !IsLoaded)
                {
                    LogUnreachable(error.GetBaseException().Message);
                }

                _reachable = false;
            }

            EndExpired();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var ask = new NpgsqlCommand(Fingerprint, connection) { CommandTimeout = CommandTimeoutSeconds };
            var fingerprint = (string?)await ask.ExecuteScalarAsync(cancellationToken);
            if (fingerprint == _fingerprint)
            {
                return;
            }

            // What comes in between is in the rows already and changes the fingerprint once more: the next look reads them again.
            Hold(await ReadAsync(connection, cancellationToken));
            _fingerprint = fingerprint;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    private static async Task<List<KeyRow>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var ask = new NpgsqlCommand(All, connection) { CommandTimeout = CommandTimeoutSeconds };
        await using var reader = await ask.ExecuteReaderAsync(cancellationToken);
        var rows = new List<KeyRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new KeyRow(
                reader.GetGuid(0),
                reader.GetString(1),
                reader.GetFieldValue<byte[]>(2),
                (Scope)reader.GetInt16(3),
                reader.IsDBNull(4) ? null : reader.GetInt32(4),
                reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5),
                reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6)));
        }

        return rows;
    }

    private void Hold(List<KeyRow> rows)
    {
        var before = _held?.ById ?? FrozenDictionary<Guid, HeldKey>.Empty;
        var now = new Dictionary<Guid, HeldKey>(rows.Count);
        foreach (var row in rows)
        {
            // A key that has not changed keeps what it has used of its limit.
            before.TryGetValue(row.Id, out var known);
            if (known is not null && known.Row.SaysTheSame(row))
            {
                now[row.Id] = known;
                continue;
            }

            var key = now[row.Id] = new HeldKey(row, row.RequestsPerMinute ?? limits.Value.RequestsPerMinute);
            if (known?.TakeUse() is { } used)
            {
                key.Use(used);
            }
        }

        _held = new Held(
            now.ToFrozenDictionary(),
            now.Values.GroupBy(key => BeginningOf(key.Row.Hash)).ToFrozenDictionary(keys => keys.Key, keys => keys.ToArray()));
        foreach (var (id, key) in before)
        {
            if (!now.TryGetValue(id, out var kept) || kept != key)
            {
                key.Dispose();
            }
        }
    }

    /// <summary>Whoever listens to the feed does not stay when the key's time is over.</summary>
    private void EndExpired()
    {
        var now = time.GetUtcNow();
        foreach (var key in Keys)
        {
            if (key.Row.ExpiresAt <= now)
            {
                key.End();
            }
        }
    }

    private static int BeginningOf(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadInt32LittleEndian(hash);

    [LoggerMessage(LogLevel.Warning, "The API keys cannot be read ({Reason}); those that are known go on working.")]
    private partial void LogUnreachable(string reason);

    private sealed record Held(FrozenDictionary<Guid, HeldKey> ById, FrozenDictionary<int, HeldKey[]> ByHash);
}
