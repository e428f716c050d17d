namespace SocialSentiment.Bench.Load;

/// <summary>What to send, how fast and for how long; a rate of 0 is the closed loop.</summary>
internal sealed record LoadOptions(
    Uri Api,
    string? Key,
    double Rate,
    TimeSpan Duration,
    int Batch,
    int Connections,
    bool Keys,
    TimeSpan Drain,
    IReadOnlyList<string> Texts)
{
    public string Describe()
        => (Rate > 0 ? $"{Rate:0.##} posts/s, open loop" : $"{Connections} senders, closed loop")
            + (Batch == 1 ? ", one post per request" : $", {Batch} posts per request")
            + $", {Duration.TotalSeconds:0} s";
}
