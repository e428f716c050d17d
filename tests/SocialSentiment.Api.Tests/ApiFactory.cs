using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace SocialSentiment.Api.Tests;

/// <summary>The API itself, with the database and the broker it is given.</summary>
internal sealed class ApiFactory(string database, string broker) : WebApplicationFactory<Program>
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
        => builder
            .UseEnvironment("Production")
            .UseSetting("ConnectionStrings:sentiment", database)
            .UseSetting("ConnectionStrings:rabbitmq", broker);
}
