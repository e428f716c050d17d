using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Puts a <see cref="ReferenceExpression"/> together piece by piece.</summary>
public class ReferenceExpressionBuilder
{
    private const string NoFormatOfExpressions = "ReferenceExpression instances can't be used in interpolated string with a custom format. Duplicate the inner expression in-place.";

    private readonly StringBuilder _format = new();
    private readonly List<IValueProvider> _valueProviders = [];
    private readonly List<string> _manifestExpressions = [];
    private readonly List<string?> _stringFormats = [];

    public bool IsEmpty => _format.Length == 0;

    [SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "The handler is made for this builder.")]
    public void Append([InterpolatedStringHandlerArgument("")] in ReferenceExpressionBuilderInterpolatedStringHandler handler)
    {
        // The handler has already written into this builder.
        _ = handler;
    }

    public void AppendLiteral(string value) => _format.Append(value);

    public void AppendFormatted(string? value) => _format.Append(value);

    public void AppendFormatted(string? value, string? format = null) =>
        _format.Append(value is not null && format is not null ? ValueFormats.Apply(value, format) : value);

    public void AppendFormatted<T>(T valueProvider)
        where T : IValueProvider, IManifestExpressionProvider =>
        AppendFormatted(valueProvider, format: null);

    public void AppendFormatted<T>(T valueProvider, string? format)
        where T : IValueProvider, IManifestExpressionProvider =>
        AppendHole(valueProvider, valueProvider.ValueExpression, format);

    [Obsolete(NoFormatOfExpressions, error: true)]
    public void AppendFormatted(ReferenceExpression valueProvider, string format) => throw new InvalidOperationException(NoFormatOfExpressions);

    public void AppendValueProvider(object valueProvider, string? format = null)
    {
        var value = valueProvider is IResourceBuilder<IResource> builder ? builder.Resource : valueProvider;
        if (value is not (IValueProvider and IManifestExpressionProvider))
        {
            throw new ArgumentException($"Object must implement {nameof(IValueProvider)} and {nameof(IManifestExpressionProvider)}", nameof(valueProvider));
        }

        AppendHole((IValueProvider)value, ((IManifestExpressionProvider)value).ValueExpression, format);
    }

    public ReferenceExpression Build() => new(_format.ToString(), [.. _valueProviders], [.. _manifestExpressions], [.. _stringFormats]);

    private void AppendHole(IValueProvider valueProvider, string manifestExpression, string? format)
    {
        _format.Append(CultureInfo.InvariantCulture, $"{{{_valueProviders.Count}}}");
        _valueProviders.Add(valueProvider);
        _manifestExpressions.Add(manifestExpression);
        _stringFormats.Add(format);
    }

    [InterpolatedStringHandler]
    public ref struct ReferenceExpressionBuilderInterpolatedStringHandler
    {
        private readonly ReferenceExpressionBuilder _builder;

        public ReferenceExpressionBuilderInterpolatedStringHandler(int literalLength, int formattedCount, ReferenceExpressionBuilder builder)
        {
            _ = literalLength;
            _ = formattedCount;
            _builder = builder;
        }

        public readonly void AppendLiteral(string value) => _builder.AppendLiteral(value);

        public readonly void AppendFormatted(string? value) => _builder.AppendFormatted(value);

        public void AppendFormatted(string? value, string format) => _builder.AppendFormatted(value, format);

        public void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider =>
            _builder.AppendFormatted(valueProvider, format: null);

        public void AppendFormatted<T>(T valueProvider, string? format)
            where T : IValueProvider, IManifestExpressionProvider =>
            _builder.AppendFormatted(valueProvider, format);

        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider =>
            AppendFormatted(valueProvider, format: null);

        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider, string? format)
            where T : IResource, IValueProvider, IManifestExpressionProvider
        {
            ArgumentNullException.ThrowIfNull(valueProvider);
            _builder.AppendFormatted(valueProvider.Resource, format);
        }

        [Obsolete(NoFormatOfExpressions, error: true)]
        public void AppendFormatted(ReferenceExpression valueProvider, string format) => throw new InvalidOperationException(NoFormatOfExpressions);
    }
}
