namespace Aspire.Hosting;

public enum DistributedApplicationOperation
{
    Run,
    Publish,
}

public class DistributedApplicationExecutionContextOptions
{
    public DistributedApplicationExecutionContextOptions(DistributedApplicationOperation operation) => Operation = operation;

    public DistributedApplicationExecutionContextOptions(DistributedApplicationOperation operation, string publisherName)
        : this(operation) =>
        PublisherName = publisherName;

    public DistributedApplicationOperation Operation { get; }

    public string? PublisherName { get; }

    public IServiceProvider? Services { get; set; }

    [Obsolete("Use Services instead.")]
    public IServiceProvider? ServiceProvider
    {
        get => Services;
        set => Services = value;
    }
}

/// <summary>What the AppHost was started for.</summary>
public class DistributedApplicationExecutionContext
{
    private readonly DistributedApplicationExecutionContextOptions? _options;

    public DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
        : this(operation, "manifest")
    {
    }

    public DistributedApplicationExecutionContext(DistributedApplicationOperation operation, string publisherName)
    {
        Operation = operation;
        PublisherName = publisherName;
    }

    public DistributedApplicationExecutionContext(DistributedApplicationExecutionContextOptions options)
        : this(options?.Operation ?? throw new ArgumentNullException(nameof(options)), options.PublisherName ?? "manifest") =>
        _options = options;

    public DistributedApplicationOperation Operation { get; }

    public string PublisherName { get; set; }

    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;

    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;

    public IServiceProvider Services => _options switch
    {
        null => throw new InvalidOperationException("IServiceProvider is not available because execution context was not constructed with DistributedApplicationExecutionContextOptions."),
        { Services: null } => throw new InvalidOperationException("IServiceProvider is not available because the container has not yet been built."),
        { Services: var services } => services,
    };

    [Obsolete("Use Services instead.")]
    public IServiceProvider ServiceProvider => Services;
}
