using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace SocialSentiment.Web.Tests;

/// <summary>The web itself, talking to the API it is given.</summary>
internal sealed class WebFactory(string api, params (string Key, string Value)[] settings) : WebApplicationFactory<Program>
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production").UseSetting("services:api:http:0", api);
        builder.UseSetting("HttpResilience:RetryDelay", "00:00:00.001");
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
