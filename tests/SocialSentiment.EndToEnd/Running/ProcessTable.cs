using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace SocialSentiment.EndToEnd.Running;

/// <summary>
/// Finds every process of one stack, however it was forked, detached or adopted: the AppHost is started with a
/// marker in its environment, and all it starts inherits it.
/// </summary>
internal sealed partial class ProcessTable(string marker)
{
    public const string MarkerVariable = "SOCIALSENTIMENT_TEST_STACK";
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    private readonly byte[] _marker = Encoding.ASCII.GetBytes($"{MarkerVariable}={marker}");

    public IReadOnlyList<(int Pid, string CommandLine)> Alive()
    {
        var found = new List<(int, string)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                continue;
            }

            try
            {
                if (File.ReadAllBytes($"{folder}/environ").AsSpan().IndexOf(_marker) >= 0)
                {
                    found.Add((pid, File.ReadAllText($"{folder}/cmdline").Replace('\0', ' ').Trim()));
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }

        return found;
    }

    /// <summary>The processes that run the given program itself, not the tool that launched it.</summary>
    public IEnumerable<int> PidsOf(string program) =>
        Alive().Where(process => process.CommandLine.Split(' ')[0].EndsWith("/" + program, StringComparison.Ordinal)).Select(process => process.Pid);

    public static void Signal(int pid, int signal) => _ = Kill(pid, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
