using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dashboard;

/// <summary>Puts what the dashboard writes, one JSON object a line, into the AppHost's log under the category it came from.</summary>
internal sealed partial class DashboardLog(ILoggerFactory loggers, LogLevel levelOfPlainLines)
{
    public const string Category = "Aspire.Hosting.Dashboard";
    public const string ThirdPartyCategory = $"{Category}.ThirdParty";
    private const string OwnPrefix = "Aspire.Dashboard.";

    public async Task CopyAsync(TextReader output)
    {
        while (await output.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            Write(Parse(line) ?? new Entry { LogLevel = levelOfPlainLines, Message = line });
        }
    }

    private void Write(Entry entry)
        => loggers.CreateLogger(CategoryOf(entry.Category)).Log(entry.LogLevel, entry.EventId, entry, exception: null, static (e, _) => e.Text);

    private static string CategoryOf(string category)
        => category.Length == 0 ? Category
            : category.StartsWith(OwnPrefix, StringComparison.Ordinal) ? $"{Category}.{category[OwnPrefix.Length..]}"
            : $"{ThirdPartyCategory}.{category}";

    private static Entry? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, LogJson.Default.Entry);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal sealed record Entry
    {
        public int EventId { get; init; }

        public LogLevel LogLevel { get; init; }

        public string Category { get; init; } = "";

        public string Message { get; init; } = "";

        public string? Exception { get; init; }

        public string Text => Exception is null ? Message : Message + Environment.NewLine + Exception;
    }

    [JsonSourceGenerationOptions(UseStringEnumConverter = true)]
    [JsonSerializable(typeof(Entry))]
    private sealed partial class LogJson : JsonSerializerContext;
}
