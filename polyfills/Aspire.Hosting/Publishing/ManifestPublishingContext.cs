using System.Text.Json;

namespace Aspire.Hosting.Publishing;

/// <summary>Where a manifest is written to. The polyfill publishes nothing; parameter defaults mention this type in their signature.</summary>
public sealed class ManifestPublishingContext
{
    internal ManifestPublishingContext(Utf8JsonWriter writer) => Writer = writer;

    public Utf8JsonWriter Writer { get; }
}
