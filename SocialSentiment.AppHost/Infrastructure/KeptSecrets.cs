using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace SocialSentiment.AppHost.Infrastructure;

/// <summary>
/// Passwords and keys, made up once and kept in <c>secrets.json</c>: a data folder that is kept always opens. They are
/// the lowest of all configuration sources, so that <c>Parameters__postgres_password</c> and the like still win.
/// </summary>
internal static class KeptSecrets
{
    public const string FileName = "secrets.json";

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly string[] s_names = ["postgres-password", "rabbitmq-password", "api-key", "model-service-key"];
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    public static void AddKeptSecrets(this ConfigurationManager configuration, DataFolder data)
    {
        // Aspire looks for "Parameters:api-key" first and for "Parameters:api_key" next, which is how the environment
        // has to spell it. The kept values take the second spelling or they would hide the environment's.
        var values = LoadOrCreate(data)
            .Select(secret => KeyValuePair.Create($"Parameters:{secret.Key.Replace('-', '_')}", (string?)secret.Value));

        ((IConfigurationBuilder)configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = values });
    }

    internal static IReadOnlyDictionary<string, string> LoadOrCreate(DataFolder data)
    {
        var path = data.Of(FileName);
        try
        {
            Directory.CreateDirectory(data.Path);
            var secrets = File.Exists(path) ? Load(path) : [];
            var missing = s_names.Where(name => !secrets.ContainsKey(name)).ToArray();
            if (missing.Length > 0)
            {
                foreach (var name in missing)
                {
                    secrets[name] = RandomNumberGenerator.GetString(Alphabet, 40);
                }

                Save(path, secrets);
            }

            return secrets;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlainErrorException($"The secrets cannot be kept in {path} ({e.Message}); make the folder writable or choose another one with --data.");
        }
    }

    private static Dictionary<string, string> Load(string path)
    {
        try
        {
            var secrets = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path));
            if (secrets is not null && s_names.All(name => !secrets.TryGetValue(name, out var value) || !string.IsNullOrWhiteSpace(value)))
            {
                return secrets;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new PlainErrorException($"The secrets in {path} are damaged: restore the file, or delete it and new ones are made (API keys in use change with it).");
    }

    private static void Save(string path, Dictionary<string, string> secrets)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Written aside and renamed, so that nobody ever reads half a file.
        var aside = $"{path}.{Guid.NewGuid():N}";
        using (var file = new FileStream(aside, options))
        {
            JsonSerializer.Serialize(file, secrets, s_json);
        }

        File.Move(aside, path, overwrite: true);
    }
}
