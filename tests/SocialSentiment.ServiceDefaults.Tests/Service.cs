using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using SocialSentiment.ServiceDefaults.Errors;
using SocialSentiment.Testing;
using Xunit;

namespace SocialSentiment.ServiceDefaults.Tests;

/// <summary>A service as this platform builds them, with nothing in it but the defaults.</summary>
internal static class Service
{
    public static Task<TestWebApp> StartAsync(
        Action<WebApplicationBuilder>? build = null,
        Action<WebApplication>? map = null,
        string environment = "Production",
        params (string Key, string Value)[] settings)
        => TestWebApp.StartAsync(
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
                builder.AddServiceDefaults();
                build?.Invoke(builder);
            },
            app =>
            {
                app.UseProblems();
                app.MapDefaultEndpoints();
                map?.Invoke(app);
            },
            TestContext.Current.CancellationToken,
            environment);
}
