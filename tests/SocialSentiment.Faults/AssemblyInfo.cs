using SocialSentiment.Faults.Running;

// The cases share one cluster, and a fault of one must not meet another.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(SharedCluster))]
