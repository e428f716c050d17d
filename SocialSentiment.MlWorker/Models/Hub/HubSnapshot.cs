namespace SocialSentiment.MlWorker.Models.Hub;

/// <summary>A repository as it is at one commit.</summary>
/// <param name="Licence">What the repository says of itself; null when it says nothing.</param>
internal sealed record HubSnapshot(string Repository, string Commit, IReadOnlyList<HubFile> Files, string? Licence = null)
{
    public HubFile? Find(string path) => Files.FirstOrDefault(file => file.Path == path);
}

/// <summary>A file, and what the hub says about its content: large ones have a SHA-256, small ones the name of their git object.</summary>
internal sealed record HubFile(string Path, long Size, string? Sha256 = null, string? GitOid = null);
