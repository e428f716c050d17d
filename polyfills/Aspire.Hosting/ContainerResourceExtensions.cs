using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ContainerResourceExtensions
{
    public static IEnumerable<IResource> GetContainerResources(this DistributedApplicationModel model)
    {
        ArgumentNullException.ThrowIfNull(model);

        return model.Resources.Where(IsContainer);
    }

    public static bool IsContainer(this IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);

        return resource is ContainerResource || resource.HasAnnotationOfType<ContainerImageAnnotation>();
    }
}

public static class ContainerResourceBuilderExtensions
{
    public static IResourceBuilder<ContainerResource> AddContainer(this IDistributedApplicationBuilder builder, [ResourceName] string name, string image)
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.AddResource(new ContainerResource(name)).WithImage(image);
    }

    public static IResourceBuilder<ContainerResource> AddContainer(this IDistributedApplicationBuilder builder, [ResourceName] string name, string image, string tag)
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.AddResource(new ContainerResource(name)).WithImage(image, tag);
    }

    public static IResourceBuilder<T> WithImage<T>(this IResourceBuilder<T> builder, string image, string? tag = null)
        where T : ContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(image);

        // `name:tag`, unless the colon belongs to the port of a registry.
        var colon = image.LastIndexOf(':');
        if (tag is null && colon > image.LastIndexOf('/'))
        {
            (image, tag) = (image[..colon], image[(colon + 1)..]);
        }

        if (!builder.Resource.TryGetLastAnnotation<ContainerImageAnnotation>(out var annotation))
        {
            annotation = new ContainerImageAnnotation { Image = image };
            builder.WithAnnotation(annotation);
        }

        annotation.Image = image;
        annotation.Tag = tag ?? "latest";
        annotation.SHA256 = null;
        return builder;
    }

    public static IResourceBuilder<T> WithImageTag<T>(this IResourceBuilder<T> builder, string tag)
        where T : ContainerResource
    {
        RequireImage(builder).Tag = tag;
        return builder;
    }

    public static IResourceBuilder<T> WithImageRegistry<T>(this IResourceBuilder<T> builder, string? registry)
        where T : ContainerResource
    {
        RequireImage(builder).Registry = registry;
        return builder;
    }

    public static IResourceBuilder<T> WithLifetime<T>(this IResourceBuilder<T> builder, ContainerLifetime lifetime)
        where T : ContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.WithAnnotation(new ContainerLifetimeAnnotation { Lifetime = lifetime }, ResourceAnnotationMutationBehavior.Replace);
    }

    public static IResourceBuilder<T> WithVolume<T>(this IResourceBuilder<T> builder, string target)
        where T : ContainerResource =>
        builder.WithMount(null, target, ContainerMountType.Volume, isReadOnly: false);

    public static IResourceBuilder<T> WithVolume<T>(this IResourceBuilder<T> builder, string? name, string target, bool isReadOnly = false)
        where T : ContainerResource =>
        builder.WithMount(name, target, ContainerMountType.Volume, isReadOnly);

    public static IResourceBuilder<T> WithBindMount<T>(this IResourceBuilder<T> builder, string source, string target, bool isReadOnly = false)
        where T : ContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.WithMount(Path.GetFullPath(source, builder.ApplicationBuilder.AppHostDirectory), target, ContainerMountType.BindMount, isReadOnly);
    }

    private static IResourceBuilder<T> WithMount<T>(this IResourceBuilder<T> builder, string? source, string target, ContainerMountType type, bool isReadOnly)
        where T : ContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(target);

        return builder.WithAnnotation(new ContainerMountAnnotation(source, target, type, isReadOnly));
    }

    private static ContainerImageAnnotation RequireImage<T>(IResourceBuilder<T> builder)
        where T : ContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.Resource.TryGetLastAnnotation<ContainerImageAnnotation>(out var annotation)
            ? annotation
            : throw new InvalidOperationException($"The resource '{builder.Resource.Name}' does not have a container image specified. Use WithImage to specify the container image and tag.");
    }
}

public static class VolumeNameGenerator
{
    /// <summary>A name that is the same in every run of this AppHost, and another one for every other AppHost.</summary>
    public static string Generate<T>(IResourceBuilder<T> builder, string suffix)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(suffix);

        var application = new string([.. builder.ApplicationBuilder.Environment.ApplicationName.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' ? c : '_')]);
        var hash = builder.ApplicationBuilder.Configuration["AppHost:Sha256"]![..10];
#pragma warning disable CA1308 // volume names are written in lower case
        return $"{application.ToLowerInvariant()}-{hash.ToLowerInvariant()}-{builder.Resource.Name}-{suffix}";
#pragma warning restore CA1308
    }
}
