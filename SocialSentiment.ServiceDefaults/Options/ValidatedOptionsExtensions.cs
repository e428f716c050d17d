using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace SocialSentiment.ServiceDefaults.Options;

public static class ValidatedOptionsExtensions
{
    /// <summary>
    /// Binds <typeparamref name="T"/> to a configuration section and validates its data annotations (nested objects and
    /// <see cref="System.ComponentModel.DataAnnotations.IValidatableObject"/> included) when the service starts.
    /// </summary>
    public static OptionsBuilder<T> AddValidatedOptions<T>(this IHostApplicationBuilder builder, string section)
        where T : class
    {
        builder.Services.AddSingleton<IValidateOptions<T>>(new AnnotationsValidator<T>(section));
        builder.Services.AddSingleton(new StartupOptions(section, services => _ = services.GetRequiredService<IOptions<T>>().Value));
        return builder.Services.AddOptions<T>().BindConfiguration(section).ValidateOnStart();
    }
}
