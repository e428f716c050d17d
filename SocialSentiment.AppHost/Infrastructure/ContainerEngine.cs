using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace SocialSentiment.AppHost.Infrastructure;

/// <summary>Is there a container engine that answers? Asks as Aspire itself will, and no longer than a few seconds.</summary>
internal static class ContainerEngine
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static bool Answers(IConfiguration configuration)
    {
        var configured = configuration["ASPIRE_CONTAINER_RUNTIME"] ?? configuration["DOTNET_ASPIRE_CONTAINER_RUNTIME"];
        string[] engines = configured is { Length: > 0 } ? [configured] : ["docker", "podman"];
        return engines.AsParallel().WithDegreeOfParallelism(engines.Length).Any(Answers);
    }

    internal static bool Answers(string engine)
    {
        var question = new ProcessStartInfo(engine, ["container", "ls", "-n", "1"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        try
        {
            using var process = Process.Start(question)!;
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (process.WaitForExit(s_patience))
            {
                return process.ExitCode == 0;
            }

            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            return false; // not installed
        }
    }
}
