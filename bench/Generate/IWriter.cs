namespace SocialSentiment.Bench.Generate;

/// <summary>Somebody who goes on with a prompt.</summary>
internal interface IWriter : IAsyncDisposable
{
    string Name { get; }

    /// <param name="tokens">Of each sample; none ends earlier.</param>
    Task<Timing> WriteAsync(Prompt prompt, int samples, int tokens, int seed);
}

/// <param name="Ids">The same as tokens, for those who are spared the work.</param>
internal sealed record Prompt(string Text, int[] Ids);

/// <summary>In milliseconds, from the order on.</summary>
/// <param name="First">Until every sample had its first token.</param>
/// <param name="All">Until the last token.</param>
internal readonly record struct Timing(double First, double All);
