using Npgsql;
using SocialSentiment.AppHost.Commands;
using SocialSentiment.AppHost.Infrastructure;
using SocialSentiment.AppHost.Tests.Support;

namespace SocialSentiment.AppHost.Tests.Infrastructure;

/// <summary>postgres.sh with the real PostgreSQL of this machine.</summary>
public sealed class PostgresScriptTests : IAsyncDisposable
{
    private static readonly string? s_binFolder = InstalledPrograms.OfThisMachine().FindPostgres("/nowhere");

    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePorts.Take(1)[0];

    private string Data => _folder.Of(".data", "postgres");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await NothingIsLeftAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_first_start_makes_the_database_and_a_later_one_keeps_what_is_in_it()
    {
        const string odd = """p'a"s$s\w o`r;d""";
        await using (var first = Start(odd))
        {
            await ReadyAsync(odd, first);
            Assert.Equal("UTF8 on scram-sha-256", await ScalarAsync(odd, "select current_setting('server_encoding') || ' ' || current_setting('data_checksums') || ' ' || (select auth_method from pg_hba_file_rules)"));
            await ScalarAsync(odd, "create table kept as select 'ü' as value");

            Assert.Equal(0, await first.TerminateAsync());
        }

        // The secret may be another one by now; kept data opens all the same, and only with that.
        await using var second = Start("another");
        await ReadyAsync("another", second);

        Assert.Equal("ü", await ScalarAsync("another", "select value from kept"));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(odd, "select 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    [Fact]
    public async Task Listens_on_loopback_only_and_keeps_the_password_out_of_sight()
    {
        await using var script = Start("very-secret");
        await ReadyAsync("very-secret", script);

        Assert.Equal("127.0.0.1 ", await ScalarAsync("very-secret", "select current_setting('listen_addresses') || ' ' || current_setting('unix_socket_directories')"));
        Assert.All(ScriptProcess.Mentioning(Data), pid => Assert.DoesNotContain("very-secret", ScriptProcess.CommandLine(pid), StringComparison.Ordinal));
        Assert.DoesNotContain("very-secret", script.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killing_the_script_takes_the_server_along_and_nothing_is_lost()
    {
        await using (var script = Start())
        {
            await ReadyAsync("secret", script);
            await ScalarAsync("secret", "create table kept as select 1");

            await script.KillAsync();
            await NothingIsLeftAsync();
        }

        await using var again = Start();
        await ReadyAsync("secret", again);
        Assert.Equal(1L, await ScalarAsync("secret", "select count(*) from kept"));
    }

    [Fact]
    public async Task When_the_server_is_killed_the_script_ends_with_its_code()
    {
        await using var script = Start();
        await ReadyAsync("secret", script);
        var server = int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), provider: null);

        await ScriptProcess.SignalAsync(server, "KILL");

        Assert.Equal(137, await script.ExitCodeAsync());
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_clients()
    {
        await using var script = Start();
        await ReadyAsync("secret", script);
        await using var client = new NpgsqlConnection(ConnectionString("secret"));
        await client.OpenAsync(Cancellation);

        Assert.Equal(0, await script.TerminateAsync().WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
        Assert.Contains("shut down", script.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_was_killed_while_making_the_data_folder_is_begun_anew()
    {
        await using (var script = Start())
        {
            await Eventually.IsTrueAsync(() => File.Exists(Data + ".new/PG_VERSION"), "initdb is at work");
            await script.KillAsync();
            Assert.False(Directory.Exists(Data));
        }

        await using var again = Start();
        await ReadyAsync("secret", again);
        Assert.False(Directory.Exists(Data + ".new"));
    }

    [Fact]
    public async Task Two_at_once_over_the_same_data_are_refused()
    {
        await using var first = Start();
        await ReadyAsync("secret", first);

        await RefusedAsync("in use", ("LOCK_PATIENCE", "0"));
        Assert.Equal(1, await ScalarAsync("secret", "select 1"));
    }

    [Fact]
    public async Task Data_of_another_version_is_refused_and_left_alone()
    {
        _folder.File(".data/postgres/PG_VERSION", "9.6\n");

        await RefusedAsync("PostgreSQL 9.6");
        Assert.Equal("9.6\n", await File.ReadAllTextAsync(Path.Combine(Data, "PG_VERSION"), Cancellation));
    }

    [Fact]
    public async Task A_folder_that_is_something_else_is_refused_and_left_alone()
    {
        var file = _folder.File(".data/postgres/holiday.jpg");

        await RefusedAsync("not a readable PostgreSQL data folder");
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task Damaged_data_is_refused_with_the_reason()
    {
        await using (var script = Start())
        {
            await ReadyAsync("secret", script);
            await script.TerminateAsync();
        }

        File.Delete(Path.Combine(Data, "global", "pg_control"));

        await RefusedAsync("pg_control");
    }

    [Fact]
    public async Task The_query_command_reads_and_cannot_do_anything_else()
    {
        await using var script = Start();
        await ReadyAsync("secret", script);
        await ScalarAsync("secret", "create table posts as select i as id, 'text | ' || i as body from generate_series(1, 3) i");

        var result = await QueryAsync("select id, body, null as nothing from posts order by id desc");
        Assert.Equal("3 rows.", result.Message);
        Assert.Equal(
            """
            | id | body | nothing |
            | --- | --- | --- |
            | 3 | text \| 3 | ∅ |
            | 2 | text \| 2 | ∅ |
            | 1 | text \| 1 | ∅ |

            """.ReplaceLineEndings("\n"),
            result.Data!.Value);
        Assert.Equal("The first 200 rows.", (await QueryAsync("select generate_series(1, 201)")).Message);

        foreach (var attempt in (string[])[
            "delete from posts",
            "insert into posts values (4, 'x') returning id",
            "drop table posts",
            "select 1; drop table posts",
            "commit; drop table posts",
            "copy (select 1) to program 'true'",
            "select pg_read_file('/etc/passwd')",
            "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()",
            "select pg_sleep(60)"])
        {
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => QueryAsync(attempt));
        }

        Assert.Equal(3L, await ScalarAsync("secret", "select count(*) from posts"));

        Task<Aspire.Hosting.ApplicationModel.ExecuteCommandResult> QueryAsync(string query) =>
            SqlCommand.QueryAsync(ConnectionString("secret"), query, Cancellation);
    }

    private ScriptProcess Start(string password = "secret", params (string, string)[] environment) =>
        ScriptProcess.Start("postgres.sh", [Data, s_binFolder!, $"{_port}"], [("DB_PASSWORD", password), ("DB_NAME", "sentiment"), .. environment]);

    private async Task RefusedAsync(string reason, params (string, string)[] environment)
    {
        await using var script = Start(environment: environment);

        Assert.Equal(1, await script.ExitCodeAsync());
        Assert.StartsWith("postgres: ", script.Errors, StringComparison.Ordinal);
        Assert.Contains(reason, script.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', script.Errors);
    }

    private async Task ReadyAsync(string password, ScriptProcess script)
    {
        await Eventually.IsTrueAsync(() => script.HasExited || Answers(), "the server answers", TimeSpan.FromSeconds(120));
        Assert.False(script.HasExited, script.Everything);

        bool Answers()
        {
            try
            {
                using var connection = new NpgsqlConnection(ConnectionString(password));
                connection.Open();
                return true;
            }
            catch (NpgsqlException e) when (e is not PostgresException { SqlState: PostgresErrorCodes.InvalidPassword })
            {
                return false;
            }
        }
    }

    private string ConnectionString(string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = "postgres",
        Password = password,
        Database = "sentiment",
        Pooling = false,
    }.ConnectionString;

    private async Task<object?> ScalarAsync(string password, string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString(password));
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    private Task NothingIsLeftAsync() =>
        Eventually.IsTrueAsync(() => ScriptProcess.Mentioning(_folder.Path).Length == 0, "no process is left");
}
