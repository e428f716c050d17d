using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace SocialSentiment.Testing;

/// <summary>A repository of the stand-in: files in memory at one commit.</summary>
public sealed class HubRepository
{
    private readonly ConcurrentDictionary<string, HubFileFaults> _faults = new(StringComparer.Ordinal);
    private volatile IReadOnlyDictionary<string, byte[]> _files;

    internal HubRepository(IReadOnlyDictionary<string, byte[]> files) => _files = files;

    public IReadOnlyDictionary<string, byte[]> Files => _files;

    /// <summary>A commit's name, which follows from the content.</summary>
    public string Commit
    {
        get
        {
            var content = new StringBuilder();
            foreach (var (path, bytes) in Files.OrderBy(file => file.Key, StringComparer.Ordinal))
            {
                content.Append(path).Append(Sha256(bytes));
            }

            return Sha256(Encoding.UTF8.GetBytes(content.ToString()))[..40];
        }
    }

    /// <summary>The licence among its tags.</summary>
    public string? Licence { get; set; }

    /// <summary>Paths that are listed although no such file exists.</summary>
    public IList<string> ExtraPaths { get; } = [];

    public HubFileFaults Faults(string path) => _faults.GetOrAdd(path, static _ => new HubFileFaults());

    /// <summary>Pushes other files, as a commit of their own.</summary>
    public void Push(IReadOnlyDictionary<string, byte[]> files) => _files = files;

    /// <summary>Networks and their weights are kept apart from git, as the real hub does.</summary>
    internal static bool IsLarge(string path) => path.Contains(".onnx", StringComparison.Ordinal) || path.EndsWith(".bin", StringComparison.Ordinal);

    internal static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    internal static string GitOid(byte[] content)
    {
        // A git object's name is a SHA-1, whatever one thinks of that.
#pragma warning disable CA5350
        return Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));
#pragma warning restore CA5350
    }
}
