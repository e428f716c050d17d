using System.Diagnostics.CodeAnalysis;
using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public static class ProjectResourceBuilderExtensions
{
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, [ResourceName] string name)
        where TProject : IProjectMetadata, new() =>
        builder.AddProject<TProject>(name, _ => { });

    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, [ResourceName] string name, string? launchProfileName)
        where TProject : IProjectMetadata, new() =>
        builder.AddProject<TProject>(name, Select(launchProfileName));

    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, [ResourceName] string name, Action<ProjectResourceOptions> configure)
        where TProject : IProjectMetadata, new() =>
        builder.Add(name, new TProject(), configure);

    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, [ResourceName] string name, string projectPath) =>
        builder.AddProject(name, projectPath, _ => { });

    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, [ResourceName] string name, string projectPath, string? launchProfileName) =>
        builder.AddProject(name, projectPath, Select(launchProfileName));

    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, [ResourceName] string name, string projectPath, Action<ProjectResourceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(projectPath);

        return builder.Add(name, new ProjectMetadata(Path.GetFullPath(Path.Combine(builder.AppHostDirectory, projectPath))), configure);
    }

    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.WithAnnotation(new ReplicaAnnotation(replicas));
    }

    // No launch profile name means no launch profile.
    private static Action<ProjectResourceOptions> Select(string? launchProfileName) => options =>
    {
        options.ExcludeLaunchProfile = launchProfileName is null;
        options.LaunchProfileName = launchProfileName;
    };

    private static IResourceBuilder<ProjectResource> Add(this IDistributedApplicationBuilder builder, string name, IProjectMetadata metadata, Action<ProjectResourceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);

        if (metadata.IsFileBasedApp)
        {
            throw new PlatformNotSupportedException("A file-based app as a project needs the real package Aspire.Hosting.");
        }

        var options = new ProjectResourceOptions();
        configure(options);

        var project = builder.AddResource(new ProjectResource(name))
            .WithAnnotation(metadata)
            .WithTelemetry()
            .WithChosenProfile(options)
            .WithEnvironment(context =>
            {
                context.EnvironmentVariables["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"] = "true";
                context.EnvironmentVariables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
            });
        project.AddRebuilder(metadata.ProjectPath);

        var hasKestrelEndpoints = !options.ExcludeKestrelEndpoints && project.WithKestrelEndpoints(metadata.ProjectPath);
        if (!hasKestrelEndpoints)
        {
            project.WithAspNetCoreUrls();
        }

        return project.Resource.GetEffectiveLaunchProfile() is { } profile ? project.WithLaunchProfile(profile, withEndpoints: !hasKestrelEndpoints) : project;
    }

    private static IResourceBuilder<ProjectResource> WithTelemetry(this IResourceBuilder<ProjectResource> builder)
    {
        builder.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory");
        if (builder.ApplicationBuilder.Environment.IsDevelopment())
        {
            builder.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION", "true");
            builder.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION", "true");
        }

        return builder.WithOtlpExporter();
    }

    private static IResourceBuilder<ProjectResource> WithChosenProfile(this IResourceBuilder<ProjectResource> builder, ProjectResourceOptions options)
    {
        if (options.ExcludeLaunchProfile)
        {
            return builder.WithAnnotation(new ExcludeLaunchProfileAnnotation());
        }

        if (!string.IsNullOrEmpty(options.LaunchProfileName))
        {
            return builder.WithAnnotation(new LaunchProfileAnnotation(options.LaunchProfileName));
        }

        var configuration = builder.ApplicationBuilder.Configuration;
        var ofAppHost = configuration["AppHost:DefaultLaunchProfileName"] ?? configuration["DOTNET_LAUNCH_PROFILE"];
        return string.IsNullOrEmpty(ofAppHost) ? builder : builder.WithAnnotation(new DefaultLaunchProfileAnnotation(ofAppHost));
    }

    // Kestrel's own configuration wins over ASPNETCORE_URLS, so each of its endpoints is overridden by name.
    private static bool WithKestrelEndpoints(this IResourceBuilder<ProjectResource> builder, string projectPath)
    {
        var directory = Path.GetDirectoryName(projectPath)!;
        var environment = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT");
        var settings = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(directory, "appsettings.json"), optional: true)
            .AddJsonFile(Path.Combine(directory, $"appsettings.{environment}.json"), optional: true)
            .Build();

        var endpoints = settings.GetSection("Kestrel:Endpoints").GetChildren()
            .Where(e => e["Url"] is not null)
            .Select(e => (Name: e.Key, Address: BindingAddress.Parse(e["Url"]!)))
            .ToArray();
        foreach (var scheme in endpoints.GroupBy(e => e.Address.Scheme))
        {
            foreach (var (name, address) in scheme)
            {
                builder.WithEndpoint(scheme.Count() == 1 ? scheme.Key : name, e => Bind(e, address));
            }
        }

        if (endpoints.Length > 0)
        {
            builder.WithEnvironment(context =>
            {
                foreach (var endpoint in builder.Resource.GetEndpoints())
                {
                    context.EnvironmentVariables[$"Kestrel__Endpoints__{endpoint.EndpointName}__Url"] = ListenUrl(endpoint);
                }
            });
        }

        return endpoints.Length > 0;
    }

    private static IResourceBuilder<ProjectResource> WithAspNetCoreUrls(this IResourceBuilder<ProjectResource> builder) => builder.WithEnvironment(context =>
    {
        var endpoints = builder.Resource.GetEndpoints().Where(e => e.EndpointAnnotation.IsHttp).ToArray();
        if (endpoints.Length == 0 || context.EnvironmentVariables.ContainsKey("ASPNETCORE_URLS"))
        {
            return;
        }

        var urls = new ReferenceExpressionBuilder();
        foreach (var endpoint in endpoints)
        {
            if (!urls.IsEmpty)
            {
                urls.AppendLiteral(";");
            }

            urls.Append($"{ListenUrl(endpoint)}");
        }

        context.EnvironmentVariables["ASPNETCORE_URLS"] = urls.Build();

        // Redirects to HTTPS go to the port the users see.
        if (endpoints.FirstOrDefault(e => e.IsHttps) is { } https)
        {
            context.EnvironmentVariables["ASPNETCORE_HTTPS_PORT"] = https.Property(EndpointProperty.Port);
        }
    });

    private static ReferenceExpression ListenUrl(EndpointReference endpoint) => ReferenceExpression.Create(
        $"{endpoint.Property(EndpointProperty.Scheme)}://{endpoint.EndpointAnnotation.TargetHost}:{endpoint.Property(EndpointProperty.TargetPort)}");

    private static IResourceBuilder<ProjectResource> WithLaunchProfile(this IResourceBuilder<ProjectResource> builder, NamedLaunchProfile profile, bool withEndpoints)
    {
        if (withEndpoints)
        {
            var addresses = (profile.Profile.ApplicationUrl ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries).Select(BindingAddress.Parse);
            foreach (var scheme in addresses.GroupBy(a => a.Scheme))
            {
                // http, http2, http3 ...
                foreach (var (index, address) in scheme.Index())
                {
                    builder.WithEndpoint(index == 0 ? scheme.Key : $"{scheme.Key}{index + 1}", e =>
                    {
                        Bind(e, address);
                        e.FromLaunchProfile = true;
                    });
                }
            }

            if (Uri.TryCreate(profile.Profile.LaunchUrl, UriKind.RelativeOrAbsolute, out var launchUrl))
            {
                builder.WithUrls(context => ApplyLaunchUrl(context, launchUrl));
            }
        }

        return builder.WithEnvironment(context =>
        {
            context.EnvironmentVariables.TryAdd("DOTNET_LAUNCH_PROFILE", profile.Name);
            foreach (var (name, value) in profile.Profile.EnvironmentVariables)
            {
                context.EnvironmentVariables.TryAdd(name, Environment.ExpandEnvironmentVariables(value));
            }
        });
    }

    private static void ApplyLaunchUrl(ResourceUrlsCallbackContext context, Uri launchUrl)
    {
        foreach (var url in context.Urls.Where(u => u.Endpoint?.EndpointAnnotation.FromLaunchProfile == true))
        {
            url.Url = (launchUrl.IsAbsoluteUri ? launchUrl : new Uri(new Uri(url.Url), launchUrl)).ToString();
        }
    }

    private static void Bind(EndpointAnnotation endpoint, BindingAddress address)
    {
        endpoint.Port = address.Port;
        endpoint.UriScheme = address.Scheme;
        endpoint.TargetHost = address.Host.Equals(KnownHostNames.Localhost, StringComparison.OrdinalIgnoreCase) ? KnownHostNames.Localhost : address.Host;
    }

    [SuppressMessage("Design", "CA1062:Validate arguments of public methods", Justification = "Private.")]
    private static void AddRebuilder(this IResourceBuilder<ProjectResource> builder, string projectPath)
    {
        // Added past the check of names: `-rebuilder` may make it longer than a user's own name could be.
        var rebuilder = new ProjectRebuilderResource($"{builder.Resource.Name}-rebuilder", builder.Resource, projectPath);
        builder.ApplicationBuilder.Resources.Add(rebuilder);
        builder.ApplicationBuilder.CreateResourceBuilder(rebuilder)
            .WithArgs("build", projectPath)
            .WithAnnotation(new ExplicitStartupAnnotation())
            .WithAnnotation(new ExcludeLifecycleCommandsAnnotation())
            .ExcludeFromManifest()
            .WithHidden()
            .WithInitialState(new CustomResourceSnapshot { ResourceType = KnownResourceTypes.Executable, State = KnownResourceStates.NotStarted, Properties = [] });
    }
}
