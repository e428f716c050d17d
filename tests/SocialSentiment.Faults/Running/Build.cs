namespace SocialSentiment.Faults.Running;

/// <summary>Where the build has put the services.</summary>
internal static class Build
{
    private static readonly string s_root = FindRoot();

    // bin/Debug/net10.0 or bin/Release/net10.0, as of these tests.
    private static readonly string s_output = Path.GetRelativePath(Path.Combine(s_root, "tests/SocialSentiment.Faults"), AppContext.BaseDirectory);

    public static string ProjectFolder(string project) => Path.Combine(s_root, project);

    public static string Assembly(string project)
    {
        var file = Path.Combine(s_root, project, s_output, $"{project}.dll");
        return File.Exists(file) ? file : throw new InvalidOperationException($"{file} is missing: build the solution first.");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SocialSentiment.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("These tests run from within the repository.");
        }

        return folder.FullName;
    }
}
