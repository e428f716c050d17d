using System.Diagnostics;
using System.Runtime.Versioning;

namespace Microsoft.ML.OnnxRuntime.Tests;

/// <summary>What a build hears from fetch-onnxruntime.sh when ONNX Runtime cannot be had; no test here uses the network.</summary>
[SupportedOSPlatform("linux")]
public sealed class FetchScriptTests : IDisposable
{
    private static readonly string[] s_tools = ["tar", "flock", "sha512sum", "dirname", "mkdir", "mktemp", "rm", "sed", "head"];

    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("fetch-onnxruntime-");

    private string Bin => Path.Combine(_scratch.FullName, "bin");

    private string Target => Path.Combine(_scratch.FullName, "cache", "onnxruntime");

    public FetchScriptTests()
    {
        Directory.CreateDirectory(Bin);
        var path = Environment.GetEnvironmentVariable("PATH")!.Split(':');
        foreach (var tool in s_tools)
        {
            File.CreateSymbolicLink(Path.Combine(Bin, tool), path.Select(folder => Path.Combine(folder, tool)).First(File.Exists));
        }
    }

    public void Dispose() => _scratch.Delete(recursive: true);

    [Fact]
    public async Task Says_that_npm_is_not_installed()
    {
        var (exitCode, output) = await FetchAsync();

        Assert.Equal((1, "ONNX Runtime could not be fetched: 'npm' is not installed."), (exitCode, output));
    }

    [Fact]
    public async Task Says_what_npm_said_when_the_registry_does_not_answer()
    {
        InstallNpm("""
            echo 'npm error code ENOTFOUND' >&2
            echo 'npm error network request failed' >&2
            exit 1
            """);

        var (exitCode, output) = await FetchAsync();

        Assert.Equal(1, exitCode);
        Assert.Equal("ONNX Runtime could not be fetched: the npm registry does not answer or lacks com.github.asus4.onnxruntime@0.4.9 (npm says: code ENOTFOUND).", output);
        AssertNothingLeft();
    }

    [Fact]
    public async Task Refuses_an_archive_with_another_checksum()
    {
        InstallNpm("echo tampered > \"$4/onnxruntime.tgz\"");

        var (exitCode, output) = await FetchAsync();

        Assert.Equal(1, exitCode);
        Assert.EndsWith("is not the archive this build was written against.", output, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public async Task Asks_nobody_when_it_is_there_already()
    {
        Directory.CreateDirectory(Target);

        Assert.Equal((0, ""), await FetchAsync());
    }

    private void AssertNothingLeft() => Assert.Equal([Target + ".lock"], Directory.GetFileSystemEntries(Path.GetDirectoryName(Target)!));

    private void InstallNpm(string script)
    {
        var npm = Path.Combine(Bin, "npm");
        File.WriteAllText(npm, "#!/bin/sh\n" + script);
        File.SetUnixFileMode(npm, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private async Task<(int ExitCode, string Output)> FetchAsync()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "fetch-onnxruntime.sh");
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", [script, Target])
        {
            Environment = { ["PATH"] = Bin },
            RedirectStandardError = true,
        })!;
        var output = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output.Trim());
    }
}
