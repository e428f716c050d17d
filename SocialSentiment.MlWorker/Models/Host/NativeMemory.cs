using System.Runtime.InteropServices;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>What the C library and the kernel are asked for on Linux, where .NET has no words for it.</summary>
internal static partial class NativeMemory
{
    private const int ProcessPriority = 0;
    private const int Background = 10;

    /// <summary>Networks leave holes when they go; the C library keeps those for itself unless it is told otherwise.</summary>
    public static void GiveBack()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                _ = MallocTrim(0);
            }
            catch (EntryPointNotFoundException)
            {
                // Another C library, which does as it likes.
            }
        }
    }

    /// <summary>Resident memory of this process in bytes.</summary>
    public static long Resident() => Environment.WorkingSet;

    /// <summary>
    /// Runs something long on a thread that gives way to those that serve. It has to be a thread of its own: on Linux a
    /// priority that was lowered cannot be raised again.
    /// </summary>
    public static Task<T> RunInBackgroundAsync<T>(Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            if (OperatingSystem.IsLinux())
            {
                // Of this thread alone: that is what 0 means to Linux.
                _ = SetPriority(ProcessPriority, 0, Background);
            }

            try
            {
                result.SetResult(work());
            }
            catch (Exception error)
            {
                result.SetException(error);
            }
        })
        {
            IsBackground = true,
            Name = "model loading",
            Priority = ThreadPriority.BelowNormal,
        };
        thread.Start();
        return result.Task;
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);
}
