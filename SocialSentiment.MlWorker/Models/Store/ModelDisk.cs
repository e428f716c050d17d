namespace SocialSentiment.MlWorker.Models.Store;

/// <summary>The disk that models are kept on; tests have a smaller one.</summary>
internal class ModelDisk
{
    // What the operating systems call a full disk or a used-up quota.
    private const int NoSpaceLinux = 28;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int NoSpaceWindows = unchecked((int)0x80070070);

    public virtual long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Opens a file to write at its end, or from its beginning.</summary>
    public virtual Stream Open(string path, bool append) => new FileStream(
        path,
        append ? FileMode.Append : FileMode.Create,
        FileAccess.Write,
        FileShare.Read,
        bufferSize: 0,
        FileOptions.Asynchronous);

    public static bool IsFull(Exception error) => error is IOException { HResult: NoSpaceLinux or QuotaLinux or QuotaMac or NoSpaceWindows };
}
