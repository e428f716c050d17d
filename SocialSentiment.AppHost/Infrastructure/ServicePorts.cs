using Microsoft.Extensions.Configuration;

namespace SocialSentiment.AppHost.Infrastructure;

/// <summary>The ports users know. Null lets Aspire choose a free one (setting 0), as tests do.</summary>
internal sealed record ServicePorts(int? Web, int? Api, int? Models)
{
    public const string WebKey = "Ports:Web";
    public const string ApiKey = "Ports:Api";
    public const string ModelsKey = "Ports:Models";

    public static ServicePorts From(IConfiguration configuration)
    {
        return new(Read(WebKey, 5100), Read(ApiKey, 8080), Read(ModelsKey, 8081));

        int? Read(string key, int byDefault) => Settings.Port(configuration, key, byDefault) is > 0 and var port ? port : null;
    }
}
