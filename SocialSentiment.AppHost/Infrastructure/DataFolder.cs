using Aspire.Hosting;
namespace SocialSentiment.AppHost.Infrastructure;

/// <summary>Where a running system writes: databases, queues, secrets. <c>--data</c> or <c>Data:Directory</c> moves it.</summary>
internal sealed class DataFolder(string path)
{
    public string Path { get; } = path;

    public static DataFolder Of(IDistributedApplicationBuilder builder)
    {
        var chosen = builder.Configuration["data"] ?? builder.Configuration["Data:Directory"];
        return new(System.IO.Path.GetFullPath(chosen is { Length: > 0 }
            ? chosen
            : System.IO.Path.Combine(RepositoryRoot(builder.AppHostDirectory), ".data")));
    }

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    private static string RepositoryRoot(string appHostDirectory)
    {
        for (var folder = new DirectoryInfo(appHostDirectory); folder is not null; folder = folder.Parent)
        {
            if (folder.EnumerateFiles("*.sln").Any())
            {
                return folder.FullName;
            }
        }

        return appHostDirectory;
    }
}
