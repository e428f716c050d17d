using System.Runtime.InteropServices;

namespace SocialSentiment.MlWorker.Models.Host;

/// <summary>What the C library and the kernel are asked for on Linux, where .NET has no words for it.</summary>
internal static partial class NativeMemory
{
    /// <summary>The C library's name for the size from which on a block is mapped by itself.</summary>
    private const int MapFrom = -3;
    private const int Large = 256 * 1024;

    private const int ProcessPriority = 0;
    private const int Background = 10;

    /// <summary>
    /// Has large blocks, which weights are, mapped one by one: they are given back the moment they are freed. Left to itself
    /// the C library learns from the first model that goes to put the next one's weights between everything else.
    /// </summary>
    public static void MapLargeBlocks()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                _ = MallocOption(MapFrom, Large);
            }
            catch (EntryPointNotFoundException)
            {
                // Another C library, which does as it likes.
            }
        }
    }

    /// <summary>
    /// What a model leaves behind: its vocabulary, of which .NET would take notice only when it needs room, and holes that the C
    /// library keeps for itself unless it is told otherwise.
    /// </summary>
    public static void GiveBack()
    {
        // Beside those who work, not instead of them.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
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

    /// <summary>Runs something long on a thread that gives way to those that serve.</summary>
    public static Task<T> RunInBackgroundAsync<T>(Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        StartBackground("model loading", () =>
        {
            try
            {
                result.SetResult(work());
            }
            catch (Exception error)
            {
                result.SetException(error);
            }
        });
        return result.Task;
    }

    /// <summary>
    /// Starts a thread that gives way to those that serve. It has to be a thread of its own: on Linux a priority that was
    /// lowered cannot be raised again.
    /// </summary>
    public static void StartBackground(string name, Action work)
    {
        var thread = new Thread(() =>
        {
            if (OperatingSystem.IsLinux())
            {
                // Of this thread alone: that is what 0 means to Linux.
                _ = SetPriority(ProcessPriority, 0, Background);
            }

            work();
        })
        {
            IsBackground = true,
            Name = name,
            Priority = ThreadPriority.BelowNormal,
        };
        thread.Start();
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallocOption(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);
}
