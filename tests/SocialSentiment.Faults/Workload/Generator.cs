namespace SocialSentiment.Faults.Workload;

/// <summary>How the clients behave.</summary>
/// <param name="Clients">How many at once.</param>
/// <param name="Pause">How long each rests between two requests, on average.</param>
/// <param name="Batches">The share of requests that are batches.</param>
/// <param name="LargestBatch">The posts of a batch at most.</param>
/// <param name="Edits">The share of requests that edit an earlier post.</param>
/// <param name="Deletions">The share of requests that delete an earlier post.</param>
internal sealed record GeneratorOptions(
    int Clients = 4,
    TimeSpan Pause = default,
    double Batches = 0.1,
    int LargestBatch = 20,
    double Edits = 0.1,
    double Deletions = 0.05);

/// <summary>Seeded clients, each the only one to touch its posts.</summary>
internal sealed class Generator(IReadOnlyList<Uri> apis, History history, int seed, GeneratorOptions options)
{
    private static readonly string[] s_words = ["I love it", "This is awful", "It opens at nine", "Not bad at all :)", "Worst day ever!!!", "VERY good news", "meh", "what a lovely surprise", "so disappointed"];

    // After the end a client insists on clear answers for this long; what then is not known stays unknown.
    private static readonly TimeSpan s_insistence = TimeSpan.FromSeconds(30);

    /// <summary>Sends until stopped, or until so many posts were sent; ends when every request has its answer.</summary>
    public async Task RunAsync(int posts, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource();
        await using var ending = stop.Register(() => patience.CancelAfter(s_insistence));
        await Task.WhenAll(Enumerable.Range(0, options.Clients).Select(client => Task.Run(() => ClientAsync(client, posts / options.Clients, stop, patience.Token), CancellationToken.None)));
    }

    private async Task ClientAsync(int client, int posts, CancellationToken stop, CancellationToken patience)
    {
        var random = new Random((seed * 1_000) + client);
        using var sender = new Sender(apis, history, client);
        List<SentPost> mine = [];
        for (var sent = 0; sent < posts && !stop.IsCancellationRequested;)
        {
            var dice = random.NextDouble();
            if (dice < options.Edits + options.Deletions && mine.Count > 0)
            {
                // Mostly a recent one, whose label may be on its way.
                var index = Math.Max(0, mine.Count - 1 - random.Next(20));
                if (dice < options.Edits)
                {
                    await sender.EditAsync(mine[index], Words(), patience);
                    if (mine[index].MaybeEdited)
                    {
                        mine.RemoveAt(index);
                    }
                }
                else
                {
                    await sender.DeleteAsync(mine[index], patience);
                    mine.RemoveAt(index);
                }
            }
            else if (dice > 1 - options.Batches)
            {
                var size = Math.Min(posts - sent, random.Next(2, options.LargestBatch + 1));
                SentPost[] batch = [.. Enumerable.Range(0, size).Select(_ => history.Begin(Words()))];
                sent += size;
                await sender.CreateBatchAsync(batch, patience);
                mine.AddRange(batch.Where(post => post.Acknowledged));
            }
            else
            {
                var post = history.Begin(Words());
                sent++;
                if (await sender.CreateAsync(post, byExternalId: random.Next(5) == 0, patience))
                {
                    mine.Add(post);
                }
            }

            if (mine.Count > 100)
            {
                mine.RemoveRange(0, 50);
            }

            await Task.Delay(options.Pause * (2 * random.NextDouble()), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        string Words() => s_words[random.Next(s_words.Length)];
    }
}
