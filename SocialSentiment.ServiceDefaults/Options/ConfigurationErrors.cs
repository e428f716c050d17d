using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace SocialSentiment.ServiceDefaults.Options;

/// <summary>Everything that is wrong with the configuration at once, so that it can be put right at once.</summary>
internal static class ConfigurationErrors
{
    public static IReadOnlyList<string> Collect(IServiceProvider services)
    {
        var errors = new List<string>();
        foreach (var options in services.GetServices<StartupOptions>())
        {
            Try(() => options.Read(services), errors, options.Section);
        }

        // What packages validate on their own account; ours is in it once more and drops out as a duplicate.
        Try(() => services.GetService<IStartupValidator>()?.Validate(), errors, section: null);

        return [.. errors.Distinct(StringComparer.Ordinal)];
    }

    private static void Try(Action read, List<string> errors, string? section)
    {
        try
        {
            read();
        }
        catch (OptionsValidationException error)
        {
            errors.AddRange(error.Failures);
        }
        catch (AggregateException error) when (error.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            errors.AddRange(error.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures));
        }
        catch (InvalidOperationException error)
        {
            // The binder's complaint about a value of the wrong type names the path itself. It stops the packages' own
            // validation as well, which has then nothing to add.
            if (section is not null)
            {
                errors.Add(error.Message);
            }
        }
    }
}
