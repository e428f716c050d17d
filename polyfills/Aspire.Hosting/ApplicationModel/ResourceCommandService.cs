using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Runs the commands of resources.</summary>
public partial class ResourceCommandService
{
    private const int DefaultMaxLength = 8000;

    private readonly ResourceNotificationService _notifications;
    private readonly ResourceLoggerService _loggers;
    private readonly IServiceProvider _services;

    internal ResourceCommandService(ResourceNotificationService notifications, ResourceLoggerService loggers, IServiceProvider services)
    {
        _notifications = notifications;
        _loggers = loggers;
        _services = services;
    }

    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default) =>
        ExecuteCommandAsync(resourceId, commandName, new InteractionInputCollection([]), cancellationToken);

    public async Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, InteractionInputCollection arguments, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(arguments);

        return _notifications.TryGetCurrentState(resourceId, out var current)
            ? await ExecuteAsync(current.ResourceId, current.Resource, commandName, arguments, cancellationToken).ConfigureAwait(false)
            : CommandResults.Failure($"Resource '{resourceId}' not found.");
    }

    public Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default) =>
        ExecuteCommandAsync(resource, commandName, new InteractionInputCollection([]), cancellationToken);

    public async Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, InteractionInputCollection arguments, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(arguments);

        var ids = resource.GetResolvedResourceNames();
        var results = await Task.WhenAll(ids.Select(id => ExecuteAsync(id, resource, commandName, arguments, cancellationToken))).ConfigureAwait(false);
        return results.Length == 1 ? results[0] : Summarize(ids, results);
    }

    private static ExecuteCommandResult Summarize(string[] ids, ExecuteCommandResult[] results)
    {
        var failures = ids.Zip(results).Where(r => r.Second is { Success: false, Canceled: false }).ToArray();
        if (failures.Length > 0)
        {
            var lines = failures.Select(f => $"Resource '{f.First}' failed with error message: {f.Second.Message}");
            return CommandResults.Failure($"{failures.Length} command executions failed.{Environment.NewLine}{string.Join(Environment.NewLine, lines)}");
        }

        return Array.Exists(results, r => r.Canceled)
            ? CommandResults.Canceled()
            : new ExecuteCommandResult { Success = true, Data = results.FirstOrDefault(r => r.Data is not null)?.Data };
    }

    private async Task<ExecuteCommandResult> ExecuteAsync(string resourceId, IResource resource, string commandName, InteractionInputCollection arguments, CancellationToken cancellationToken)
    {
        var logger = _loggers.GetLogger(resourceId);
        LogExecuting(logger, commandName);

        var command = resource.Annotations.OfType<ResourceCommandAnnotation>().SingleOrDefault(c => c.Name.Equals(commandName, StringComparison.Ordinal));
        if (command is null)
        {
            LogNotAvailable(logger, commandName);
            return CommandResults.Failure($"Command '{commandName}' not available for resource '{resource.GetDisplayName(resourceId)}'.");
        }

        try
        {
            var inputs = BindArguments(command, arguments);
            if (!await AreValidAsync(command, inputs, cancellationToken).ConfigureAwait(false))
            {
                return new ExecuteCommandResult { Success = false, Message = "Command argument validation failed.", InvalidArguments = inputs };
            }

            var result = await command.ExecuteCommand(new ExecuteCommandContext
            {
                ResourceName = resourceId,
                Services = _services,
                Logger = logger,
                Arguments = inputs,
                CancellationToken = cancellationToken,
            }).ConfigureAwait(false);

            if (result.Success)
            {
                LogSucceeded(logger, commandName);
            }
            else if (!result.Canceled)
            {
                LogFailed(logger, commandName, result.Message);
            }

            return result;
        }
        catch (OperationCanceledException)
        {
            return CommandResults.Canceled();
        }
        catch (Exception ex)
        {
            LogThrew(logger, ex, commandName);
            return CommandResults.Failure(ex);
        }
    }

    // Each run gets its own copies, so that the command's description is never written to.
    private static InteractionInputCollection BindArguments(ResourceCommandAnnotation command, InteractionInputCollection given) =>
        command.Arguments.Count == 0
            ? given
            : new([.. command.Arguments.Select(a => a.WithValue(given.TryGetByName(a.Name, out var input) ? input.Value : a.Value))]);

    internal async Task<bool> AreValidAsync(ResourceCommandAnnotation command, InteractionInputCollection inputs, CancellationToken cancellationToken)
    {
        var context = new InputsDialogValidationContext { Inputs = inputs, Services = _services, CancellationToken = cancellationToken };
        foreach (var input in inputs.Where(i => !i.Disabled))
        {
            if (input.InputType != InputType.SecretText)
            {
                input.Value = input.Value?.Trim();
            }

            if (Fault(input) is { } fault)
            {
                context.AddValidationError(input, fault);
            }
        }

        if (!context.HasErrors && command.ValidateArguments is { } validate)
        {
            await validate(context).ConfigureAwait(false);
        }

        return !context.HasErrors;
    }

    private static string? Fault(InteractionInput input)
    {
        if (string.IsNullOrEmpty(input.Value))
        {
            return input.Required ? "Value is required." : null;
        }

        var maxLength = input.MaxLength ?? DefaultMaxLength;
        return input.InputType switch
        {
            InputType.Text or InputType.SecretText when input.Value.Length > maxLength => $"Value length exceeds {maxLength} characters.",
            InputType.Choice when !input.AllowCustomChoice && input.Options?.Any(o => o.Key == input.Value) == false => "Value must be one of the provided options.",
            InputType.Boolean when !bool.TryParse(input.Value, out _) => "Value must be a valid boolean.",
            InputType.Number when !double.TryParse(input.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => "Value must be a valid number.",
            _ => null,
        };
    }

    [LoggerMessage(LogLevel.Information, "Executing command '{CommandName}'.")]
    private static partial void LogExecuting(ILogger logger, string commandName);

    [LoggerMessage(LogLevel.Information, "Successfully executed command '{CommandName}'.")]
    private static partial void LogSucceeded(ILogger logger, string commandName);

    [LoggerMessage(LogLevel.Information, "Failure executing command '{CommandName}'. Error message: {ErrorMessage}")]
    private static partial void LogFailed(ILogger logger, string commandName, string? errorMessage);

    [LoggerMessage(LogLevel.Information, "Command '{CommandName}' not available.")]
    private static partial void LogNotAvailable(ILogger logger, string commandName);

    [LoggerMessage(LogLevel.Error, "Error executing command '{CommandName}'.")]
    private static partial void LogThrew(ILogger logger, Exception exception, string commandName);
}
