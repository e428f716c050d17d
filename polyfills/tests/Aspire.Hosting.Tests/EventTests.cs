using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;

namespace Aspire.Hosting.Tests;

public sealed class EventTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_subscriber_to_a_resource_hears_of_that_one_only()
    {
        var eventing = new DistributedApplicationEventing();
        var mine = new CustomResource("mine");
        var heard = new List<string>();
        eventing.Subscribe<ResourceReadyEvent>(mine, (e, _) => Add(heard, e.Resource.Name));

        await eventing.PublishAsync(new ResourceReadyEvent(new CustomResource("other"), Services.None), Token);
        await eventing.PublishAsync(new ResourceReadyEvent(mine, Services.None), Token);

        Assert.Equal(["mine"], heard);
    }

    [Fact]
    public async Task Subscribers_are_called_in_order_until_they_leave()
    {
        var eventing = new DistributedApplicationEventing();
        var heard = new List<string>();
        eventing.Subscribe<ResourceReadyEvent>((_, _) => Add(heard, "first"));
        var second = eventing.Subscribe<ResourceReadyEvent>((_, _) => Add(heard, "second"));
        var ready = new ResourceReadyEvent(new CustomResource("thing"), Services.None);

        await eventing.PublishAsync(ready, Token);
        eventing.Unsubscribe(second);
        await eventing.PublishAsync(ready, Token);

        Assert.Equal(["first", "second", "first"], heard);
    }

    [Fact]
    public async Task A_failing_subscriber_fails_the_event()
    {
        var eventing = new DistributedApplicationEventing();
        eventing.Subscribe<ResourceReadyEvent>((_, _) => throw new InvalidOperationException("No."));

        await Assert.ThrowsAsync<InvalidOperationException>(() => eventing.PublishAsync(new ResourceReadyEvent(new CustomResource("thing"), Services.None), Token));
    }

    private static Task Add(List<string> list, string item)
    {
        list.Add(item);
        return Task.CompletedTask;
    }

    private sealed class Services : IServiceProvider
    {
        public static readonly Services None = new();

        public object? GetService(Type serviceType) => null;
    }
}
