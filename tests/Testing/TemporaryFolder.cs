namespace SocialSentiment.Testing;

internal static class TemporaryFolder
{
    /// <summary>A killed server's children may write a last file while the folder is being emptied.</summary>
    public static Task DeleteAsync(string folder) => Eventually.TrueAsync(
        () =>
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return Task.FromResult(true);
            }
            catch (IOException)
            {
                return Task.FromResult(!Directory.Exists(folder));
            }
        },
        CancellationToken.None);
}
