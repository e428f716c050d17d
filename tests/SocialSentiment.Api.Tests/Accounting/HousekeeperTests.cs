using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using SocialSentiment.Api.Accounting;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Accounting;

public sealed class HousekeeperTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_has_served_its_time_goes_and_the_rest_stays()
    {
        var key = Guid.NewGuid().ToString();
        using (await servers.SendAsync(new { text = "kept", source = Servers.NewSource() }, key))
        {
        }

        await TestKeys.RevokeAsync(servers.Http, (await TestKeys.CreateAsync(servers.Http, Contracts.Keys.Scope.Read)).Id);
        var entries = await CountAsync("SELECT count(*) FROM audit WHERE id > 0");
        var before = await CountAsync("SELECT count(*) FROM events WHERE id > 0");
        await CountAsync(
            """
            WITH event AS (
                INSERT INTO events (id, kind, post_id, revision, at) SELECT -n, 0, gen_random_uuid(), 1, now() - interval '30 days' FROM generate_series(1, 25000) AS n
            ), key AS (
                INSERT INTO idempotency_keys (key_hash, content_hash, post_id, created_at)
                SELECT decode(md5(n::text), 'hex'), '', gen_random_uuid(), now() - interval '30 days' FROM generate_series(1, 25000) AS n
            ), entry AS (
                INSERT INTO audit (id, at, actor, action, method, path, status)
                SELECT -n, now() - interval '400 days', 'somebody', 'DeletePost', 'DELETE', '/', 204 FROM generate_series(1, 25000) AS n
            ), prediction AS (
                INSERT INTO predictions (id, at, text, label, confidence, compound, negative, neutral, positive, model, version, cached, duration_ms)
                SELECT gen_random_uuid(), now() - interval '40 days' + interval '11 days' * (n % 2), 'old', 0, 1, 0, 0, 1, 0, 'old', '1', false, 1 FROM generate_series(1, 25000) AS n
            )
            SELECT 0::bigint
            """);

        // Another replica may be at it at the same moment; then this one leaves it to that.
        await Eventually.TrueAsync(
            async () =>
            {
                await servers.Api.Services.GetRequiredService<Housekeeper>().SweepAsync(Token);
                return await CountAsync("SELECT (SELECT count(*) FROM events WHERE id < 0) + (SELECT count(*) FROM idempotency_keys WHERE content_hash = '') + (SELECT count(*) FROM audit WHERE id < 0) + (SELECT count(*) FROM predictions WHERE model = 'old')") == 12_500;
            },
            Token);

        Assert.True(await CountAsync("SELECT count(*) FROM events WHERE id > 0") >= before);
        Assert.True(await CountAsync("SELECT count(*) FROM audit WHERE id > 0") >= entries);
        using var again = await servers.SendAsync(new { text = "kept, but not with this text", source = Servers.NewSource() }, key);
        Assert.Equal(System.Net.HttpStatusCode.Conflict, again.StatusCode);
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(servers.Postgres.ConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(Token))!;
    }
}
