namespace SocialSentiment.AppHost.Infrastructure;

/// <summary>Something a user can put right; the message is one sentence that says how.</summary>
internal sealed class PlainErrorException(string message) : Exception(message);

/// <summary>Foreseeable problems end the AppHost with one sentence instead of a stack trace.</summary>
internal static class PlainErrors
{
    public static async Task<int> RunAsync(Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (PlainErrorException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C while the services were still starting.
            return 0;
        }
    }
}
