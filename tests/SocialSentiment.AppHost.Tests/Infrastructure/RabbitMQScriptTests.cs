using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using SocialSentiment.AppHost.Commands;
using SocialSentiment.AppHost.Infrastructure;
using SocialSentiment.AppHost.Tests.Support;

namespace SocialSentiment.AppHost.Tests.Infrastructure;

/// <summary>rabbitmq.sh with the real RabbitMQ of this machine. A start takes seconds, so each test makes the most of it.</summary>
public sealed class RabbitMQScriptTests : IAsyncDisposable
{
    private static readonly string? s_program = InstalledPrograms.OfThisMachine().FindRabbitMQ();

    private readonly TemporaryFolder _folder = new();
    private readonly int[] _ports = FreePorts.Take(4);

    private string Data => _folder.Of(".data", "rabbitmq");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await NothingIsLeftAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Keeps_its_queues_and_opens_with_todays_secret()
    {
        const string odd = """p'a"s$s\w o`r;d/@:""";
        await using (var first = Start(odd))
        {
            await using var connection = await ConnectAsync(odd, first);
            await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Cancellation);
            await channel.QueueDeclareAsync("kept", durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancellation);
            await channel.BasicPublishAsync("", "kept", mandatory: true, new BasicProperties { Persistent = true }, "still here"u8.ToArray(), Cancellation);

            var queues = await QueueListCommand.FetchAsync(new Uri($"http://127.0.0.1:{_ports[1]}"), Address(odd), Cancellation);
            Assert.Equal("kept", Assert.Single(queues).Name);

            // A second one over the same data is refused and does no harm.
            await using (var second = Start(odd, ("LOCK_PATIENCE", "0")))
            {
                Assert.Equal(1, await second.ExitCodeAsync());
                Assert.Contains("in use", second.Errors, StringComparison.Ordinal);
            }

            Assert.All(ScriptProcess.Mentioning(Data), pid => Assert.DoesNotContain(odd, ScriptProcess.CommandLine(pid), StringComparison.Ordinal));
            Assert.Equal(0, await first.TerminateAsync());
            await NothingIsLeftAsync();
        }

        await using (var second = Start("another"))
        {
            await using var connection = await ConnectAsync("another", second);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancellation);
            var message = await channel.BasicGetAsync("kept", autoAck: true, Cancellation);
            Assert.Equal("still here", System.Text.Encoding.UTF8.GetString(message!.Body.Span));
            await Assert.ThrowsAsync<BrokerUnreachableException>(() => Factory(odd).CreateConnectionAsync(Cancellation));

            // Whatever kills the script, nothing stays behind: no broker, no epmd.
            await second.KillAsync();
            await NothingIsLeftAsync();
        }
    }

    [Fact]
    public async Task When_the_broker_is_killed_the_script_ends_with_its_code()
    {
        await using var script = Start("secret");
        await using (await ConnectAsync("secret", script))
        {
            var broker = Assert.Single(ScriptProcess.Mentioning(_folder.Path), pid => ScriptProcess.CommandLine(pid).Contains("beam", StringComparison.Ordinal));

            await ScriptProcess.SignalAsync(broker, "KILL");
        }

        Assert.Equal(137, await script.ExitCodeAsync());
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_refused_with_one_sentence()
    {
        _folder.File(".data");

        await using var script = Start("secret");

        Assert.Equal(1, await script.ExitCodeAsync());
        Assert.StartsWith("rabbitmq: cannot write to", script.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', script.Errors);
    }

    private ScriptProcess Start(string password, params (string, string)[] environment) => ScriptProcess.Start(
        "rabbitmq.sh", [Data, s_program!, .. _ports.Select(port => $"{port}")], [("MQ_USER", "guest"), ("MQ_PASSWORD", password), .. environment]);

    private Uri Address(string password) => new($"amqp://guest:{Uri.EscapeDataString(password)}@127.0.0.1:{_ports[0]}");

    private ConnectionFactory Factory(string password) => new() { Uri = Address(password), AutomaticRecoveryEnabled = false };

    private async Task<IConnection> ConnectAsync(string password, ScriptProcess script)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(180));
        while (true)
        {
            Assert.False(script.HasExited, script.Everything);
            try
            {
                return await Factory(password).CreateConnectionAsync(deadline.Token);
            }
            catch (BrokerUnreachableException e) when (e.InnerException is not AuthenticationFailureException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), deadline.Token);
            }
        }
    }

    private Task NothingIsLeftAsync() => Eventually.IsTrueAsync(
        () => ScriptProcess.Mentioning(_folder.Path).Length == 0 && ScriptProcess.Mentioning($"epmd -port {_ports[3]}").Length == 0,
        "no process is left");
}
