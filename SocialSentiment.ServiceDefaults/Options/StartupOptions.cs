namespace SocialSentiment.ServiceDefaults.Options;

/// <summary>Options to be read, and thereby bound and validated, before the service starts.</summary>
internal sealed record StartupOptions(string Section, Action<IServiceProvider> Read);
