using System.Text.RegularExpressions;

namespace SocialSentiment.MlWorker.Models.Hub;

/// <summary>What comes from users and from the hub becomes a path or an address only after it has been through here.</summary>
internal static partial class HubNames
{
    private const int LongestPath = 400;

    public static bool IsRepository(string name)
        => Repository().IsMatch(name) && !name.Contains("..", StringComparison.Ordinal);

    public static bool IsRevision(string revision)
        => Revision().IsMatch(revision) && !revision.Contains("..", StringComparison.Ordinal) && !revision.Contains("//", StringComparison.Ordinal);

    public static bool IsCommit(string? commit) => commit is not null && Commit().IsMatch(commit);

    public static bool IsSha256(string? hash) => hash is not null && Sha256().IsMatch(hash);

    /// <summary>A file below the repository's root, on any operating system.</summary>
    public static bool IsPath(string path)
        => path.Length is > 0 and <= LongestPath
            && !path.Any(letter => letter is '\\' or ':' || char.IsControl(letter))
            && path.Split('/').All(segment => segment.Length > 0 && !segment.EndsWith('.') && segment[0] != ' ' && segment[^1] != ' ');

    public static void Check(string repository, string revision)
    {
        if (!IsRepository(repository))
        {
            throw new HubException(HubError.InvalidName, $"'{repository}' is not the name of a repository: that is owner/name, in letters, digits, '-', '_' and '.'.");
        }

        if (!IsRevision(revision))
        {
            throw new HubException(HubError.InvalidName, $"'{revision}' is not a revision of {repository}: that is a branch, a tag or a commit.");
        }
    }

    [GeneratedRegex(@"\A(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,95}/)?[A-Za-z0-9_][A-Za-z0-9._-]{0,95}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Repository();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._/-]{0,199}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Revision();

    [GeneratedRegex(@"\A[0-9a-f]{40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Commit();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Sha256();
}
