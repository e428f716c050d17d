using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Dcp;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Health;
using Aspire.Hosting.Orchestrator;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>Where an AppHost describes its resources.</summary>
public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private static readonly Dictionary<string, string> s_switches = new()
    {
        ["--operation"] = "AppHost:Operation",
        ["--publisher"] = "Publishing:Publisher",
        ["--dcp-cli-path"] = "DcpPublisher:CliPath",
        ["--dcp-dashboard-path"] = "DcpPublisher:DashboardPath",
    };

    private readonly HostApplicationBuilder _host;
    private readonly DistributedApplicationOptions _options;
    private readonly DistributedApplicationExecutionContextOptions _executionContextOptions;

    public DistributedApplicationBuilder(string[] args)
        : this(new DistributedApplicationOptions { Args = args })
    {
    }

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        _options = options;
        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings { Args = options.Args, Configuration = FromAspireVariables() });
        AppHostDirectory = options.ProjectDirectory ?? _host.Environment.ContentRootPath;
        AppHostPath = Path.GetFullPath(Path.Join(AppHostDirectory, options.ProjectName ?? _host.Environment.ApplicationName));

        _host.Configuration.AddCommandLine(options.Args ?? [], s_switches);
        AddAppHostConfiguration();
        _executionContextOptions = new DistributedApplicationExecutionContextOptions(ReadOperation(_host.Configuration));
        ExecutionContext = new DistributedApplicationExecutionContext(_executionContextOptions);

        AddLogging();
        AddServices();
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public string AppHostDirectory { get; }

    public string AppHostPath { get; }

    public Assembly? AppHostAssembly => _options.Assembly;

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);

        ModelName.Validate(nameof(Resource), resource.Name);
        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);

        return new ResourceBuilder<T>(this, resource);
    }

    public DistributedApplication Build()
    {
        var application = new DistributedApplication(_host.Build());
        _executionContextOptions.Services = application.Services;
        return application;
    }

    private static ConfigurationManager FromAspireVariables()
    {
        var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables("ASPIRE_");
        return configuration;
    }

    private static DistributedApplicationOperation ReadOperation(ConfigurationManager configuration) =>
        (configuration["AppHost:Operation"] ?? (configuration["Publishing:Publisher"] is null ? "run" : "publish")).ToUpperInvariant() switch
        {
            "RUN" => DistributedApplicationOperation.Run,
            "PUBLISH" => DistributedApplicationOperation.Publish,
            _ => throw new DistributedApplicationException("Invalid operation specified. Valid operations are 'publish' or 'run'."),
        };

    private void AddAppHostConfiguration()
    {
        var values = new Dictionary<string, string?>
        {
            ["AppHost:Directory"] = AppHostDirectory,
            ["AppHost:Path"] = AppHostPath,
            ["AppHost:DashboardApplicationName"] = _options.DashboardApplicationName ?? _host.Environment.ApplicationName,
#pragma warning disable CA1308 // the path in lower case is what real Aspire hashes
            ["AppHost:Sha256"] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(AppHostPath.ToLowerInvariant()))),
#pragma warning restore CA1308
        };

        var isAnonymous = _host.Configuration.GetFlag(ConfigNames.AllowAnonymous);
        if (!_options.DisableDashboard && !isAnonymous)
        {
            // Kept over runs, so that a service that outlives one still reports to the next.
            var secrets = UserSecrets.Of(AppHostAssembly);
            foreach (var name in new[] { ConfigNames.OtlpApiKey, ConfigNames.DashboardApiKey }.Where(n => _host.Configuration[n] is null))
            {
                values[name] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
                secrets.TrySet(name, values[name]!);
            }

            // Where an AppHost can read the token that opens the dashboard.
            values[ConfigNames.ChosenBrowserToken] = _host.Configuration.Get(ConfigNames.BrowserToken) ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        }

        _host.Configuration.AddInMemoryCollection(values);
    }

    private void AddLogging()
    {
        _host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        _host.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error);
        if (!_options.DisableDashboard)
        {
            // A dependency that is not up yet is shown in the dashboard; it need not fill the console too.
            _host.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService", LogLevel.None);
        }

        _host.Logging.AddConfiguration(_host.Configuration.GetSection("Logging"));
    }

    private void AddServices()
    {
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(_options);
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(Eventing);
        Services.AddSingleton(_ => new DistributedApplicationModel(Resources));
        Services.AddSingleton<ResourceNotificationService>();
        Services.AddSingleton<ResourceLoggerService>();
        Services.AddSingleton(s => new ResourceCommandService(s.GetRequiredService<ResourceNotificationService>(), s.GetRequiredService<ResourceLoggerService>(), s));
        Services.Configure<ResourceNotificationServiceOptions>(o =>
            // With a dashboard someone can start what has ended; without one nobody can.
            o.DefaultWaitBehavior = _options.DisableDashboard ? WaitBehavior.StopOnResourceUnavailable : WaitBehavior.WaitOnResourceUnavailable);
        Services.AddHealthChecks();
        Services.AddHttpClient();

        // Checks belong to resources and run for them alone.
        Services.Configure<HealthCheckPublisherOptions>(o => o.Predicate = _ => false);

        Services.AddHostedService<DistributedApplicationLifecycle>();
        Services.AddHostedService<ResourceHealthCheckService>();
        if (_options.EnableResourceLogging)
        {
            Services.AddHostedService<ResourceLogForwarder>();
        }

        DashboardHosting.AddDashboard(Services, Configuration, _options);

        Services.AddSingleton<DcpOptions>();
        Services.AddSingleton<DcpHost>();
        Services.AddSingleton<DcpExecutor>();
        Services.AddSingleton<ParameterProcessor>();
        Services.AddSingleton<ApplicationOrchestrator>();
        Services.AddHostedService<OrchestratorHostService>();
    }
}
