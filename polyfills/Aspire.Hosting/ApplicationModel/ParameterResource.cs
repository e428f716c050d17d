using System.Diagnostics.CodeAnalysis;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that comes from configuration, from code, or from the user.</summary>
public class ParameterResource : Resource, IExpressionValue
{
    private readonly Lazy<string> _value;

    public ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(callback);

        Secret = secret;
        ConfigurationKey = $"Parameters:{name}";
        _value = new Lazy<string>(() => callback(Default), LazyThreadSafetyMode.PublicationOnly);
    }

    public bool Secret { get; }

    public ParameterDefault? Default { get; set; }

    public bool IsConnectionString { get; set; }

    public string? Description { get; set; }

    public bool EnableDescriptionMarkdown { get; set; }

    public string ValueExpression => $"{{{Name}.value}}";

    [Obsolete("Use GetValueAsync for async access or pass the ParameterResource directly to methods that accept it (e.g., environment variables).")]
    public string Value => GetValueAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult()!;

    internal string ConfigurationKey { get; set; }

    /// <summary>Once the application starts: the value, as soon as there is one.</summary>
    internal TaskCompletionSource<string>? Resolution { get; set; }

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => Resolution is { } resolution
        ? new ValueTask<string?>(resolution.Task.WaitAsync(cancellationToken)!)
        : new ValueTask<string?>(_value.Value);

    [SuppressMessage("Naming", "CA1725:Parameter names should match base declaration", Justification = "It is the name in the real package.")]
    public ValueTask<string?> GetValueAsync(ValueProviderContext _, CancellationToken cancellationToken) => GetValueAsync(cancellationToken);

    internal string ReadValue() => _value.Value;
}

/// <summary>Where a parameter's value comes from when configuration has none.</summary>
public abstract class ParameterDefault
{
    public abstract void WriteToManifest(ManifestPublishingContext context);

    public abstract string GetDefaultValue();
}

internal sealed class ConstantParameterDefault(Func<string> valueGetter) : ParameterDefault
{
    private readonly Lazy<string> _value = new(valueGetter);

    public override string GetDefaultValue() => _value.Value;

    public override void WriteToManifest(ManifestPublishingContext context) => context.Writer.WriteString("value", GetDefaultValue());
}

/// <summary>Keeps the value it was given first in the user secrets, so that the next run has it again.</summary>
internal sealed class UserSecretsParameterDefault(string parameterName, ParameterDefault inner, UserSecrets secrets) : ParameterDefault
{
    public override string GetDefaultValue()
    {
        var value = inner.GetDefaultValue();
        secrets.TrySet($"Parameters:{parameterName}", value);
        return value;
    }

    public override void WriteToManifest(ManifestPublishingContext context) => inner.WriteToManifest(context);
}
