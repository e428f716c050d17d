using SocialSentiment.EndToEnd.Running;

namespace SocialSentiment.EndToEnd;

/// <summary>One stack and one browser, shared by the tests that look at a running system.</summary>
public sealed class StackFixture : IAsyncLifetime
{
    internal Stack Stack { get; } = new();

    internal Browser Browser { get; private set; } = null!;

    internal TimeSpan StartedWithin { get; private set; }

    public async ValueTask InitializeAsync()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Stack.Start();
        await Stack.WaitUntilHealthyAsync(TimeSpan.FromSeconds(90));
        StartedWithin = clock.Elapsed;
        Browser = await Browser.LaunchAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }

        await Stack.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class StackTests : ICollectionFixture<StackFixture>
{
    public const string Name = "a running stack";
}
