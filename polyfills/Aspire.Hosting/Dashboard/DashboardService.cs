using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Grpc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Dashboard;

/// <summary>The service aspire.v1.DashboardService: all the dashboard knows about the AppHost, it asks here.</summary>
internal sealed partial class DashboardService(
    DashboardSettings settings,
    ResourceFeed resources,
    ResourceLoggerService logs,
    CommandRunner commands,
    CommandPrompts prompts,
    IHostEnvironment host)
{
    /// <summary>The oldest dashboard that understands everything sent here.</summary>
    private const string MinDashboardVersion = "13.5.0";

    // A gRPC client takes 4 MB at once, and a character may take two bytes and more.
    private const int MaxBatchCharacters = 1024 * 1024;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapUnary(PathOf("GetApplicationInformation"), Wire.ApplicationInformationRequest.Parser, GetApplicationInformation);
        routes.MapServerStream(PathOf("WatchResources"), Wire.WatchResourcesRequest.Parser, (_, cancellationToken) => resources.WatchAsync(cancellationToken));
        routes.MapServerStream(PathOf("WatchResourceConsoleLogs"), Wire.WatchResourceConsoleLogsRequest.Parser, WatchConsoleLogs);
        routes.MapUnary(PathOf("ExecuteResourceCommand"), Wire.ResourceCommandRequest.Parser, ExecuteCommand);
        routes.MapDuplex(PathOf("WatchInteractions"), Wire.WatchInteractionsRequestUpdate.Parser, prompts.ConverseAsync);
        routes.MapUnimplemented();

        static string PathOf(string method) => $"/aspire.v1.DashboardService/{method}";
    }

    private Task<Wire.ApplicationInformationResponse> GetApplicationInformation(Wire.ApplicationInformationRequest request, CancellationToken cancellationToken)
        => Task.FromResult(new Wire.ApplicationInformationResponse
        {
            ApplicationName = AppHostSuffix.Replace(settings.ApplicationName ?? host.ApplicationName, "$1"),
            MinDashboardVersion = MinDashboardVersion,
        });

    private async IAsyncEnumerable<Wire.WatchResourceConsoleLogsUpdate> WatchConsoleLogs(Wire.WatchResourceConsoleLogsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batches = request.SuppressFollow ? logs.GetAllAsync(request.ResourceName) : logs.WatchAsync(request.ResourceName);
        await foreach (var batch in batches.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            foreach (var update in Split(batch))
            {
                yield return update;
            }
        }
    }

    private async Task<Wire.ResourceCommandResponse> ExecuteCommand(Wire.ResourceCommandRequest request, CancellationToken cancellationToken)
    {
        var result = await commands.RunAsync(request, cancellationToken).ConfigureAwait(false);
        return new()
        {
            Kind = result switch
            {
                { Success: true } => Wire.ResourceCommandResponseKind.Succeeded,
                { Canceled: true } => Wire.ResourceCommandResponseKind.Cancelled,
                { InvalidArguments: not null } => Wire.ResourceCommandResponseKind.InvalidArguments,
                _ => Wire.ResourceCommandResponseKind.Failed,
            },
            Message = result.Message ?? "",
            Result = result.Data is { } data ? Map(data) : null,
        };
    }

    private static Wire.ResourceCommandResult Map(CommandResultData data) => new()
    {
        Value = data.Value,
        DisplayImmediately = data.DisplayImmediately,
        Format = data.Format switch
        {
            CommandResultFormat.Text => Wire.CommandResultFormat.Text,
            CommandResultFormat.Json => Wire.CommandResultFormat.Json,
            CommandResultFormat.Markdown => Wire.CommandResultFormat.Markdown,
            _ => Wire.CommandResultFormat.None,
        },
    };

    /// <summary>The lines in updates that each stay below the limit; a line that alone is over it is cut.</summary>
    internal static IEnumerable<Wire.WatchResourceConsoleLogsUpdate> Split(IEnumerable<LogLine> lines)
    {
        var update = new Wire.WatchResourceConsoleLogsUpdate();
        var characters = 0;
        foreach (var line in lines)
        {
            var text = line.Content.Length > MaxBatchCharacters ? line.Content[..MaxBatchCharacters] : line.Content;
            if (characters + text.Length > MaxBatchCharacters && characters > 0)
            {
                yield return update;
                (update, characters) = (new(), 0);
            }

            update.LogLines.Add(new Wire.ConsoleLogLine { LineNumber = line.LineNumber, Text = text, IsStdErr = line.IsErrorMessage });
            characters += text.Length;
        }

        if (update.LogLines.Count > 0)
        {
            yield return update;
        }
    }

    /// <summary>"Shop.AppHost" and "ShopAppHost" are the application "Shop".</summary>
    [GeneratedRegex(@"^(.+?)\.?AppHost$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AppHostSuffix { get; }
}
