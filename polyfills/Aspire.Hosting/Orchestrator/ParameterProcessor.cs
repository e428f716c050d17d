using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestrator;

/// <summary>Gives parameters their values as the application starts. Where one is missing and there is a dashboard, it can be set there.</summary>
internal sealed partial class ParameterProcessor(ResourceNotificationService notifications, ResourceLoggerService loggers, DistributedApplicationOptions options)
{
    private const string ValueArgument = "Value";

    public async Task InitializeAsync(IEnumerable<ParameterResource> parameters)
    {
        foreach (var parameter in parameters)
        {
            await InitializeAsync(parameter).ConfigureAwait(false);
        }
    }

    private async Task InitializeAsync(ParameterResource parameter)
    {
        var canBeSet = !options.DisableDashboard;
        if (canBeSet)
        {
            AddSetCommand(parameter);
        }

        parameter.Resolution = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            var value = parameter.ReadValue();
            await PublishAsync(parameter, value, KnownResourceStates.Running).ConfigureAwait(false);
            parameter.Resolution.SetResult(value);
        }
        catch (Exception ex)
        {
            var isMissing = ex is MissingParameterValueException;
            if (isMissing && canBeSet)
            {
                LogMissing(loggers.GetLogger(parameter), parameter.Name);
            }
            else
            {
                LogFailed(loggers.GetLogger(parameter), ex, parameter.Name);
                parameter.Resolution.SetException(ex);
            }

            var state = isMissing
                ? new ResourceStateSnapshot(KnownResourceStates.ValueMissing, KnownResourceStateStyles.Warn)
                : new ResourceStateSnapshot("Error initializing parameter", KnownResourceStateStyles.Error);
            await PublishAsync(parameter, ex.Message, state).ConfigureAwait(false);
        }
    }

    private void AddSetCommand(ParameterResource parameter)
    {
        if (parameter.Annotations.OfType<ResourceCommandAnnotation>().Any(c => c.Name == KnownResourceCommands.SetParameterCommand))
        {
            return;
        }

        parameter.Annotations.Add(new ResourceCommandAnnotation(
            KnownResourceCommands.SetParameterCommand,
            "Set parameter",
            _ => ResourceCommandState.Enabled,
            async context =>
            {
                var value = context.Arguments.GetString(ValueArgument)!;
                await PublishAsync(parameter, value, KnownResourceStates.Running).ConfigureAwait(false);
                if (!parameter.Resolution!.TrySetResult(value))
                {
                    parameter.Resolution = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    parameter.Resolution.SetResult(value);
                }

                return CommandResults.Success($"Successfully set parameter '{parameter.Name}'.");
            },
            "Set parameter value",
            [new InteractionInput { Name = ValueArgument, Label = parameter.Name, Description = parameter.Description, InputType = parameter.Secret ? InputType.SecretText : InputType.Text, Required = true }],
            confirmationMessage: null,
            "Key",
            IconVariant.Regular,
            isHighlighted: true));
    }

    private Task PublishAsync(ParameterResource parameter, string value, ResourceStateSnapshot? state) => notifications.PublishUpdateAsync(parameter, s => s with
    {
        State = state,
        Properties = s.Properties.With(new ResourcePropertySnapshot(KnownProperties.Parameter.Value, value) { IsSensitive = parameter.Secret, DisplayName = "Value", IsHighlighted = true, SortOrder = 0 }),
    });

    [LoggerMessage(LogLevel.Warning, "Parameter resource {ResourceName} could not be initialized. Waiting for user input.")]
    private static partial void LogMissing(ILogger logger, string resourceName);

    [LoggerMessage(LogLevel.Error, "Failed to initialize parameter resource {ResourceName}.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string resourceName);
}
