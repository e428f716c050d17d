using System.Reflection;

namespace Aspire.Hosting.Tests;

/// <summary>The programs that were built along with the tests.</summary>
internal static class Built
{
    public static string Host { get; } = Find("host");

    public static string Echo { get; } = Find("echo");

    public static string EchoProject { get; } = Find("echoproject");

    public static string Configuration { get; } = typeof(Built).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private static string Find(string key) => typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
