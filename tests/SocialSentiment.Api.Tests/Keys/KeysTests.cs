using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using SocialSentiment.Api.Keys;
using SocialSentiment.Api.Tests.Support;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Keys;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.Api.Tests.Keys;

public sealed class KeysTests(Servers servers)
{
    private static readonly TimeSpan s_promised = TimeSpan.FromSeconds(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_key_is_shown_once_and_only_its_end_is_known_from_then_on()
    {
        var created = await TestKeys.CreateAsync(servers.Http, Scope.Write, "Ann's laptop", requestsPerMinute: 600, expiresAt: DateTimeOffset.UtcNow.AddDays(1));

        Assert.Matches("^ss_[A-Za-z0-9_-]{43}$", created.Key);
        Assert.Equal(created.Key[^4..], created.Hint);
        var listed = await TestKeys.FindAsync(servers.Http, created.Id);
        Assert.Equal(("Ann's laptop", Scope.Write, KeyState.Active, 600, "service"), (listed.Name, listed.Scope, listed.State, listed.RequestsPerMinute!.Value, listed.CreatedBy));
        var list = await servers.Http.GetStringAsync("/keys", Token);
        Assert.DoesNotContain(created.Key, list, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", list, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"scope":"read"}""", "name")]
    [InlineData("""{"name":"   ","scope":"read"}""", "name")]
    [InlineData("""{"name":"a\u0007b","scope":"read"}""", "name")]
    [InlineData("""{"name":"a\u202eb","scope":"read"}""", "name")]
    [InlineData("""{"name":"service","scope":"read"}""", "name")]
    [InlineData("""{"name":"Service (operator)","scope":"read"}""", "name")]
    [InlineData("""{"name":"anonymous","scope":"read"}""", "name")]
    [InlineData("""{"name":"x"}""", "scope")]
    [InlineData("""{"name":"x","scope":"root"}""", "scope")]
    [InlineData("""{"name":"x","scope":3}""", "scope")]
    [InlineData("""{"name":"x","scope":"read","requests_per_minute":0}""", "requests_per_minute")]
    [InlineData("""{"name":"x","scope":"read","expires_at":"2020-01-01T00:00:00Z"}""", "expires_at")]
    [InlineData("""{"name":"x","scope":"read","hash":"x"}""", "hash")]
    public async Task A_key_that_makes_no_sense_is_refused_and_the_field_named(string body, string field)
    {
        using var response = await servers.Http.PostAsync("/keys", new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")), Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True((await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task A_name_of_a_hundred_characters_fits_and_one_more_does_not()
    {
        await TestKeys.CreateAsync(servers.Http, Scope.Read, new string('n', 100));
        using var response = await servers.Http.PostAsJsonAsync("/keys", new CreateKeyRequest(new string('n', 101), Scope.Read), ContractsJson.Default.CreateKeyRequest, Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task What_is_made_or_revoked_on_one_replica_is_so_on_the_other_within_the_second()
    {
        await using var other = Replica();
        using var http = other.CreateClient();
        await Servers.HealthyAsync(http);

        // One of several: a machine that is busy with other tests may be late to ask.
        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < 4; i++)
        {
            var took = await ReplaceAsync(other);
            fastest = took < fastest ? took : fastest;
        }

        Assert.InRange(fastest, TimeSpan.Zero, s_promised);
    }

    [Fact]
    public async Task A_key_that_is_revoked_again_stays_as_it_is_and_one_that_never_was_is_not_found()
    {
        var key = await TestKeys.CreateAsync(servers.Http, Scope.Read);
        await TestKeys.RevokeAsync(servers.Http, key.Id);
        var first = await TestKeys.FindAsync(servers.Http, key.Id);
        Assert.Equal((KeyState.Revoked, "service"), (first.State, first.RevokedBy));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TestKeys.RevokeAsync(servers.Http, key.Id)));
        Assert.Equal(first.RevokedAt, (await TestKeys.FindAsync(servers.Http, key.Id)).RevokedAt);

        using var unknown = await servers.Http.DeleteAsync($"/keys/{Guid.NewGuid()}", Token);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task A_key_works_until_its_time_is_over()
    {
        var key = await TestKeys.CreateAsync(servers.Http, Scope.Read, expiresAt: DateTimeOffset.UtcNow.AddSeconds(5));
        using var http = servers.Api.ClientWith(key.Key);
        Assert.Equal(HttpStatusCode.OK, await TestKeys.StatusAsync(http));

        await Eventually.GetAsync(() => TestKeys.StatusAsync(http), status => status == HttpStatusCode.Unauthorized, Token);
        Assert.True(DateTimeOffset.UtcNow >= key.ExpiresAt);
        using var answer = await http.GetAsync("/status", Token);
        Assert.Equal("The key has expired.", (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("detail").GetString());
        Assert.Equal(KeyState.Expired, (await TestKeys.FindAsync(servers.Http, key.Id)).State);
    }

    [Fact]
    public async Task Many_keys_made_at_once_all_work_at_once()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TestKeys.CreateAsync(servers.Http, Scope.Read)));

        Assert.Equal(20, keys.DistinctBy(key => key.Key).Count());
        var answers = await Task.WhenAll(keys.Select(async key =>
        {
            using var http = servers.Api.ClientWith(key.Key);
            return await TestKeys.StatusAsync(http);
        }));
        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task When_it_was_last_used_is_written_down_now_and_then()
    {
        var key = await TestKeys.CreateAsync(servers.Http, Scope.Read);
        Assert.Null((await TestKeys.FindAsync(servers.Http, key.Id)).LastUsedAt);
        using var http = servers.Api.ClientWith(key.Key);
        await TestKeys.StatusAsync(http);
        Assert.Null((await TestKeys.FindAsync(servers.Http, key.Id)).LastUsedAt);

        await servers.Api.Services.GetRequiredService<KeyUse>().WriteAsync(Token);
        Assert.InRange((await TestKeys.FindAsync(servers.Http, key.Id)).LastUsedAt!.Value, key.CreatedAt, DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task The_key_is_nowhere_in_the_database_and_in_no_line_of_the_log()
    {
        var lines = new Lines();
        await using var api = new ApiFactory(
            servers.Postgres.ConnectionString, servers.RabbitMq.ConnectionString, ("Logging:LogLevel:Default", "Trace"), ("Posts:ProvisionalAfter", "01:00:00"))
        {
            More = services => services.AddSingleton<ILoggerProvider>(lines),
        }.OnSocket();
        using var admin = api.CreateClient();
        await Servers.HealthyAsync(admin);
        var key = await TestKeys.CreateAsync(admin, Scope.Write);
        using var http = api.ClientWith(key.Key);
        using (await Servers.SendAsync(http, new { text = "with a key", source = Servers.NewSource() }))
        {
        }

        await TestKeys.StatusAsync(http, "/keys");
        await TestKeys.AuditAsync(admin, key.Name, 1);
        await TestKeys.RevokeAsync(admin, key.Id);
        await TestKeys.StatusAsync(http);

        Assert.NotEmpty(lines.All);
        Assert.DoesNotContain(lines.All, line => line.Contains(key.Key, StringComparison.Ordinal) || line.Contains(ApiFactory.ServiceKey, StringComparison.Ordinal));
        await using var connection = new NpgsqlConnection(servers.Postgres.ConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(
            "SELECT (SELECT count(*) FROM api_keys k WHERE k::text LIKE '%' || $1 || '%') + (SELECT count(*) FROM audit a WHERE a::text LIKE '%' || $1 || '%')", connection);
        command.Parameters.Add(new() { Value = key.Key["ss_".Length..] });
        Assert.Equal(0L, await command.ExecuteScalarAsync(Token));
    }

    [Fact]
    public async Task Without_a_database_known_keys_go_on_working_and_new_ones_have_to_wait()
    {
        // A broker of its own too: it must not take the messages of the others, whose posts it does not know.
        await using var postgres = await TestPostgres.StartAsync(Token);
        await using var rabbitMq = await TestRabbitMq.StartAsync(Token);
        await using var api = ApiFactory.OnSocket(postgres.ConnectionString, rabbitMq.ConnectionString);
        using var admin = api.CreateClient();
        await Servers.HealthyAsync(admin);
        using var http = api.ClientWith((await TestKeys.CreateAsync(admin, Scope.Read)).Key);

        await postgres.KillAsync();
        Assert.Equal(HttpStatusCode.OK, await TestKeys.StatusAsync(http));
        using var made = await admin.PostAsJsonAsync("/keys", new CreateKeyRequest("x", Scope.Read), ContractsJson.Default.CreateKeyRequest, Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, made.StatusCode);
        Assert.NotNull(made.Headers.RetryAfter);
        using var unknown = api.ClientWith(ApiKeys.Make());
        Assert.Equal(HttpStatusCode.Unauthorized, await TestKeys.StatusAsync(unknown));
    }

    [Fact]
    public async Task Before_the_keys_are_known_nobody_is_told_that_his_is_wrong()
    {
        await using var api = ApiFactory.OnSocket($"Host=127.0.0.1;Port={FreePort.Next()};Username=u;Password=p;Database=d", $"amqp://127.0.0.1:{FreePort.Next()}");
        using var http = api.ClientWith(ApiKeys.Make());
        using var response = await http.GetAsync("/status", Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        using var wrong = api.ClientWith("no key at all");
        Assert.Equal(HttpStatusCode.Unauthorized, await TestKeys.StatusAsync(wrong));
        using var service = api.CreateClient();
        Assert.Equal(HttpStatusCode.OK, await TestKeys.StatusAsync(service));
    }

    /// <summary>A key's life on two replicas; returns how long the other one went on taking it.</summary>
    private async Task<TimeSpan> ReplaceAsync(ApiFactory other)
    {
        var key = await TestKeys.CreateAsync(servers.Http, Scope.Read);
        using var here = servers.Api.ClientWith(key.Key);
        using var there = other.ClientWith(key.Key);

        // A key that is not known is looked for at once.
        Assert.Equal(HttpStatusCode.OK, await TestKeys.StatusAsync(here));
        Assert.Equal(HttpStatusCode.OK, await TestKeys.StatusAsync(there));
        using var events = await there.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal(HttpStatusCode.OK, events.StatusCode);

        await TestKeys.RevokeAsync(servers.Http, key.Id);
        var revoked = Stopwatch.GetTimestamp();
        Assert.Equal(HttpStatusCode.Unauthorized, await TestKeys.StatusAsync(here));
        await Eventually.GetAsync(() => TestKeys.StatusAsync(there), status => status == HttpStatusCode.Unauthorized, Token);
        var took = Stopwatch.GetElapsedTime(revoked);

        // Whoever was listening does not go on listening.
        await (await events.Content.ReadAsStreamAsync(Token)).CopyToAsync(Stream.Null, Token).WaitAsync(TimeSpan.FromSeconds(30), Token);

        using var answer = await there.GetAsync("/status", Token);
        Assert.Equal("The key was revoked.", (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("detail").GetString());
        return took;
    }

    private ApiFactory Replica() => ApiFactory.OnSocket(servers.Postgres.ConnectionString, servers.RabbitMq.ConnectionString, ("Posts:ProvisionalAfter", "01:00:00"));

    /// <summary>Everything that is logged.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => All.Enqueue($"{formatter(state, exception)} {exception}");

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
