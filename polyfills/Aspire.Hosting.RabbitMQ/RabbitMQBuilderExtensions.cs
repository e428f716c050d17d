using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class RabbitMQBuilderExtensions
{
    private const string Image = "library/rabbitmq";
    private const string Tag = "4.3";
    private const string DataFolder = "/var/lib/rabbitmq";

    public static IResourceBuilder<RabbitMQServerResource> AddRabbitMQ(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null,
        int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);

        // It goes into a URI, so it has no special characters.
        var passwordParameter = password?.Resource ?? ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        var server = new RabbitMQServerResource(name, userName?.Resource, passwordParameter);
        return builder.AddResource(server)
            .WithImage(Image, Tag)
            .WithImageRegistry("docker.io")
            .WithIconName("MailMultiple")
            .WithEndpoint(port: port, targetPort: 5672, name: RabbitMQServerResource.PrimaryEndpointName)
            .WithEnvironment(context =>
            {
                context.EnvironmentVariables["RABBITMQ_DEFAULT_USER"] = server.UserNameReference;
                context.EnvironmentVariables["RABBITMQ_DEFAULT_PASS"] = server.PasswordParameter;
            });
    }

    public static IResourceBuilder<RabbitMQServerResource> WithDataVolume(this IResourceBuilder<RabbitMQServerResource> builder, string? name = null, bool isReadOnly = false) =>
        builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), DataFolder, isReadOnly).WithStableNodeName();

    public static IResourceBuilder<RabbitMQServerResource> WithDataBindMount(this IResourceBuilder<RabbitMQServerResource> builder, string source, bool isReadOnly = false) =>
        builder.WithBindMount(source, DataFolder, isReadOnly).WithStableNodeName();

    public static IResourceBuilder<RabbitMQServerResource> WithManagementPlugin(this IResourceBuilder<RabbitMQServerResource> builder) => builder.WithManagementPlugin(port: null);

    public static IResourceBuilder<RabbitMQServerResource> WithManagementPlugin(this IResourceBuilder<RabbitMQServerResource> builder, int? port)
    {
        ArgumentNullException.ThrowIfNull(builder);

        // Only images whose variant with the plugin is known by name.
        var image = builder.Resource.Annotations.OfType<ContainerImageAnnotation>().LastOrDefault();
        if (image is not { Image: Image, Registry: "docker.io" } || image.Tag is not { } tag || !(IsVersion(tag) || tag.EndsWith("-management", StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException($"Cannot configure the RabbitMQ resource '{builder.Resource.Name}' to enable the management plugin as it uses an unrecognized container image registry, name, or tag.");
        }

        image.Tag = IsVersion(tag) ? $"{tag}-management" : tag;
        return builder.WithHttpEndpoint(port: port, targetPort: 15672, name: RabbitMQServerResource.ManagementEndpointName);
    }

    private static bool IsVersion(string tag) => tag.Split('.').All(part => part.Length > 0 && part.All(char.IsAsciiDigit));

    // RabbitMQ keeps its queues in a folder named after the node.
    private static IResourceBuilder<RabbitMQServerResource> WithStableNodeName(this IResourceBuilder<RabbitMQServerResource> builder) =>
        builder.WithEnvironment("RABBITMQ_NODENAME", $"{builder.Resource.Name}@localhost");
}
