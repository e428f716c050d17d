using System.Diagnostics;
using SocialSentiment.AppHost.Tests.Support;

namespace SocialSentiment.AppHost.Tests;

/// <summary>The AppHost as a process: what can be put right ends in one sentence.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("knows \"containers\" and \"processes\"", "--infrastructure", "magic")]
    [InlineData("No container engine answers", "--infrastructure", "containers", "--ASPIRE_CONTAINER_RUNTIME=no-such-engine")]
    [InlineData("Ports:Web must be a number", "--infrastructure", "processes", "--Ports:Web", "http")]
    [InlineData("SelfHealing", "--SelfHealing:GiveUpAfter=0")]
    public Task Foreseeable_problems_are_one_sentence_and_exit_code_1(string sentence, params string[] args) => EndsWithAsync(sentence, args);

    [Fact]
    public Task Damaged_secrets_too()
    {
        _folder.File("secrets.json", "{");

        return EndsWithAsync("are damaged");
    }

    private async Task EndsWithAsync(string sentence, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "SocialSentiment.AppHost.dll"), "--data", _folder.Path, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, process.ExitCode);
        Assert.Contains(sentence, errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors.Trim());
        Assert.Equal("", await output);
    }
}
