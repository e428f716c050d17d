using System.Collections.Immutable;

namespace Aspire.Hosting.ApplicationModel;

internal static class ResourceRelationships
{
    public static ImmutableArray<RelationshipSnapshot> GetRelationships(this IResource resource)
    {
        var relationships = resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(a => new RelationshipSnapshot(a.Resource.Name, a.Type));
        return resource is IResourceWithParent child
            ? [new RelationshipSnapshot(child.Parent.Name, KnownRelationshipTypes.Parent), .. relationships]
            : [.. relationships];
    }

    /// <summary>The children by type (not by annotation) that come and go with their parent.</summary>
    public static IEnumerable<IResource> GetDependentChildren(this DistributedApplicationModel model, IResource parent) =>
        model.Resources.Where(r => r is IResourceWithParent child && child.Parent == parent
            && r is not (ContainerResource or ProjectResource or ExecutableResource or ParameterResource or ConnectionStringResource));
}
