namespace SocialSentiment.MlWorker.Models.Store;

/// <summary>
/// Keeps other workers, in other processes too, away from a model's staging. The operating system frees it when its
/// holder dies. The file stays: were it deleted, two workers could each hold a lock on a file of that name.
/// </summary>
internal sealed class KeyLock : IDisposable
{
    // What the operating systems say of a file that somebody else has locked.
    private const int HeldLinux = 11;
    private const int HeldMac = 35;
    private const int HeldWindows = unchecked((int)0x80070020);

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);
    private readonly FileStream _file;

    private KeyLock(FileStream file) => _file = file;

    /// <summary>Null: somebody else has it.</summary>
    public static KeyLock? TryTake(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new KeyLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException error) when (error.HResult is HeldLinux or HeldMac or HeldWindows)
        {
            return null;
        }
    }

    public static async Task<KeyLock> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryTake(path) is { } taken)
            {
                return taken;
            }

            await Task.Delay(s_interval, time, cancellationToken);
        }
    }

    public void Dispose() => _file.Dispose();
}
