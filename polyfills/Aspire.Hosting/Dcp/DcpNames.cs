using System.Collections.Immutable;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dcp;

/// <summary>Gives every process an id: the resource's name and a suffix that is new in every run.</summary>
internal static class DcpNames
{
    private const int SuffixLength = 8;

    public static void AssignInstances(DistributedApplicationModel model)
    {
        foreach (var resource in model.Resources.Where(r => r is ExecutableResource or ProjectResource && !r.HasAnnotationOfType<DcpInstancesAnnotation>()))
        {
            resource.Annotations.Add(new DcpInstancesAnnotation([.. Enumerable.Range(0, resource.GetReplicaCount()).Select(i => NewInstance(resource, i))]));
        }
    }

    public static ImmutableArray<DcpInstance> GetInstances(this IResource resource) =>
        resource.TryGetLastAnnotation<DcpInstancesAnnotation>(out var annotation) ? annotation.Instances : [];

    private static DcpInstance NewInstance(IResource resource, int index)
    {
        var suffix = RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz", SuffixLength);
        return new DcpInstance($"{resource.Name}-{suffix}", suffix, index);
    }
}
