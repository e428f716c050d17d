using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration.UserSecrets;

namespace Aspire.Hosting;

/// <summary>The secrets that outlive a run, for an AppHost that has a UserSecretsId; without one nothing is kept.</summary>
internal sealed class UserSecrets(string? filePath)
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };
    private static readonly Lock s_fileLock = new();

    public static UserSecrets Of(Assembly? appHost) =>
        new(appHost?.GetCustomAttribute<UserSecretsIdAttribute>() is { } id ? PathHelper.GetSecretsPathFromSecretsId(id.UserSecretsId) : null);

    public bool IsAvailable => filePath is not null;

    public bool TrySet(string name, string value)
    {
        if (filePath is null)
        {
            return false;
        }

        try
        {
            lock (s_fileLock)
            {
                var secrets = File.Exists(filePath) ? JsonNode.Parse(File.ReadAllText(filePath))!.AsObject() : [];
                secrets[name] = value;

                Directory.CreateDirectory(Path.GetDirectoryName(filePath)!);
                var draft = Path.Combine(Path.GetDirectoryName(filePath)!, Path.GetRandomFileName());
                using (var stream = File.Create(draft))
                {
                    if (!OperatingSystem.IsWindows())
                    {
                        File.SetUnixFileMode(stream.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                    }

                    JsonSerializer.Serialize(stream, secrets, s_indented);
                }

                File.Move(draft, filePath, overwrite: true);
            }

            return true;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }
}
