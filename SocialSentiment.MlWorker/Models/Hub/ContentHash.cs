using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SocialSentiment.MlWorker.Models.Hub;

/// <summary>Hashes a file as it comes, the way the hub states it and always with SHA-256 too, by which the store knows it.</summary>
internal sealed class ContentHash : IDisposable
{
    private readonly HubFile _file;
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash? _git;

    public ContentHash(HubFile file)
    {
        _file = file;
        if (file.Sha256 is null)
        {
            _git = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
            BeginBlob();
        }
    }

    public void Append(ReadOnlySpan<byte> content)
    {
        _sha256.AppendData(content);
        _git?.AppendData(content);
    }

    public async Task AppendFileAsync(string path, CancellationToken cancellationToken)
    {
        await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var buffer = new byte[256 * 1024];
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            Append(buffer.AsSpan(0, read));
        }
    }

    public void Restart()
    {
        _sha256.GetHashAndReset();
        if (_git is not null)
        {
            _git.GetHashAndReset();
            BeginBlob();
        }
    }

    /// <summary>Whether it is the content that the hub states; both sides of the comparison are for the error's sentence.</summary>
    public bool Matches(out string sha256, out string expected, out string actual)
    {
        sha256 = Convert.ToHexStringLower(_sha256.GetHashAndReset());
        (expected, actual) = _git is null
            ? (_file.Sha256!, sha256)
            : (_file.GitOid ?? "", Convert.ToHexStringLower(_git.GetHashAndReset()));
        return expected == actual;
    }

    public void Dispose()
    {
        _sha256.Dispose();
        _git?.Dispose();
    }

    /// <summary>Git hashes a file's length before its content.</summary>
    private void BeginBlob() => _git!.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {_file.Size}\0")));
}
