using SocialSentiment.AppHost.Infrastructure;
using SocialSentiment.AppHost.Tests.Support;

namespace SocialSentiment.AppHost.Tests.Infrastructure;

public sealed class InfrastructureChoiceTests : IDisposable
{
    private readonly TemporaryFolder _machine = new();

    public void Dispose() => _machine.Dispose();

    private InstalledPrograms Programs(params string[] path) =>
        new(string.Join(Path.PathSeparator, path.Select(folder => _machine.Of(folder))), _machine.Path);

    private void Install(params string[] programs)
    {
        foreach (var program in programs)
        {
            _machine.File(program, "#!/bin/sh\n", executable: true);
        }
    }

    private void InstallPostgres(string folder) => Install($"{folder}/postgres", $"{folder}/initdb");

    private InfrastructureChoice Make(string? wish, bool engine, params string[] path) =>
        InfrastructureChoice.Make(wish, () => engine, Programs(path), new DataFolder(_machine.Of("data")));

    [Fact]
    public void A_container_engine_that_answers_is_taken()
    {
        InstallPostgres("bin");
        Install("bin/rabbitmq-server");

        Assert.IsType<InfrastructureChoice.Containers>(Make(null, engine: true, "bin"));
    }

    [Fact]
    public void Else_the_programs_of_this_machine()
    {
        InstallPostgres("bin");
        Install("bin/rabbitmq-server");

        var choice = Assert.IsType<InfrastructureChoice.Processes>(Make(null, engine: false, "bin"));

        Assert.Equal(_machine.Of("bin"), choice.PostgresFolder);
        Assert.Equal(_machine.Of("bin", "rabbitmq-server"), choice.RabbitMQServer);
    }

    [Theory]
    [InlineData("processes")]
    [InlineData("Processes")]
    public void A_wish_overrides_the_engine_and_does_not_even_ask_it(string wish)
    {
        InstallPostgres("bin");
        Install("bin/rabbitmq-server");

        var choice = InfrastructureChoice.Make(wish, () => throw new InvalidOperationException("asked"), Programs("bin"), new DataFolder(_machine.Of("data")));

        Assert.IsType<InfrastructureChoice.Processes>(choice);
    }

    [Fact]
    public void Containers_without_an_engine_are_refused()
    {
        InstallPostgres("bin");
        Install("bin/rabbitmq-server");

        Assert.Contains("container engine", Assert.Throws<PlainErrorException>(() => Make("containers", engine: false, "bin")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        InstallPostgres("bin");

        var wished = Assert.Throws<PlainErrorException>(() => Make("processes", engine: false, "bin"));
        var automatic = Assert.Throws<PlainErrorException>(() => Make(null, engine: false));

        Assert.Contains("machine: RabbitMQ;", wished.Message, StringComparison.Ordinal);
        Assert.Contains("machine: PostgreSQL and RabbitMQ;", automatic.Message, StringComparison.Ordinal);
        Assert.Contains("install", automatic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_wish_is_refused()
    {
        var error = Assert.Throws<PlainErrorException>(() => Make("kubernetes", engine: true));

        Assert.Contains("\"kubernetes\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_path_comes_before_other_folders()
    {
        InstallPostgres("mine");
        InstallPostgres("usr/lib/postgresql/17/bin");

        Assert.Equal(_machine.Of("mine"), Programs("elsewhere", "mine").FindPostgres("/nowhere"));
    }

    [Fact]
    public void Of_several_versions_the_highest_is_taken()
    {
        foreach (var version in (string[])["9.6", "15", "16", "10"])
        {
            InstallPostgres($"usr/lib/postgresql/{version}/bin");
        }

        Assert.Equal(_machine.Of("usr/lib/postgresql/16/bin"), Programs().FindPostgres("/nowhere"));
    }

    [Fact]
    public void Kept_data_is_opened_by_the_version_that_made_it()
    {
        InstallPostgres("usr/lib/postgresql/15/bin");
        InstallPostgres("usr/lib/postgresql/17/bin");
        _machine.File("data/postgres/PG_VERSION", "15\n");

        Assert.Equal(_machine.Of("usr/lib/postgresql/15/bin"), Programs().FindPostgres(_machine.Of("data/postgres")));
    }

    [Fact]
    public void A_server_without_initdb_or_without_permission_to_run_is_none()
    {
        Install("bin/postgres");
        _machine.File("other/postgres");
        _machine.File("other/initdb");

        Assert.Null(Programs("bin", "other").FindPostgres("/nowhere"));
    }

    [Fact]
    public void The_brokers_own_folder_comes_before_wrappers_on_the_path()
    {
        Install("sbin/rabbitmq-server", "usr/lib/rabbitmq/bin/rabbitmq-server");

        Assert.Equal(_machine.Of("usr/lib/rabbitmq/bin/rabbitmq-server"), Programs("sbin").FindRabbitMQ());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void An_engine_answers_when_it_can_list_containers(int exitCode, bool answers)
    {
        var engine = _machine.File("engine", $"#!/bin/sh\n[ \"$*\" = 'container ls -n 1' ] || exit 9\nexit {exitCode}\n", executable: true);

        Assert.Equal(answers, ContainerEngine.Answers(engine));
    }

    [Fact]
    public void An_engine_that_is_not_installed_does_not_answer() => Assert.False(ContainerEngine.Answers(_machine.Of("no-such-engine")));
}
