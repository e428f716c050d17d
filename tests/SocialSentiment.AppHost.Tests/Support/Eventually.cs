namespace SocialSentiment.AppHost.Tests.Support;

/// <summary>Waits for something that other threads or processes bring about.</summary>
public static class Eventually
{
    public static async Task IsTrueAsync(Func<bool> condition, string what, TimeSpan? within = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(within ?? TimeSpan.FromSeconds(60));
        while (!condition())
        {
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Did not happen in time: {what}");
            }
        }
    }
}
