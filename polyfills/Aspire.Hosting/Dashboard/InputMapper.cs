namespace Aspire.Hosting.Dashboard;

/// <summary>An input as the AppHost declares it, in the dashboard's words.</summary>
internal static class InputMapper
{
    public static Wire.InteractionInput Map(InteractionInput input)
    {
        var mapped = new Wire.InteractionInput
        {
            Name = input.Name,
            Label = string.IsNullOrWhiteSpace(input.Label) ? input.Name : input.Label,
            Description = input.Description ?? "",
            EnableDescriptionMarkdown = input.EnableDescriptionMarkdown,
            Placeholder = input.Placeholder ?? "",
            InputType = Map(input.InputType),
            Required = input.Required,
            Value = input.Value ?? "",
            MaxLength = input.MaxLength ?? 0,
            AllowCustomChoice = input.AllowCustomChoice,
            Disabled = input.Disabled,
            ValidationErrors = { input.ValidationErrors },
        };

        foreach (var (value, label) in input.Options ?? [])
        {
            mapped.Options[value] = label;
        }

        return mapped;
    }

    private static Wire.InputType Map(InputType type) => type switch
    {
        InputType.Text => Wire.InputType.Text,
        InputType.SecretText => Wire.InputType.SecretText,
        InputType.Choice => Wire.InputType.Choice,
        InputType.Boolean => Wire.InputType.Boolean,
        InputType.Number => Wire.InputType.Number,
        _ => throw new PlatformNotSupportedException($"Inputs of type {type} need the package Aspire.Hosting."),
    };
}
