namespace SocialSentiment.MlWorker.Models;

/// <summary>Files that are read by others at any moment: there is the old one or the new one, never half of one.</summary>
internal static class AtomicFile
{
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var aside = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (var file = new FileStream(aside, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(aside, path, overwrite: true);
        }
        catch
        {
            // On a full disk, above all, nothing may stay behind.
            File.Delete(aside);
            throw;
        }
    }
}
