using Xunit;

// Activity listeners hear the whole process: two services at once would record each other's requests.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
