using System.Diagnostics;
using System.Text.Json;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.MlWorker.Inference;

namespace SocialSentiment.Evaluation.Replies;

/// <summary>Has models write drafts for posts, with the settings that the worker has unless somebody changes them.</summary>
internal sealed class ReplyEvaluator(WorkerModels worker, IReadOnlyList<ReplyPost> posts)
{
    /// <summary>The language model that comes with the product.</summary>
    public const string Shipped = "compact-gpt";

    private const int Wanted = 3;

    private static readonly ReplyTone[] s_tones = Enum.GetValues<ReplyTone>();
    private static readonly string[] s_files = ["config.json", "merges.txt", "model.onnx", "vocab.json"];

    /// <summary>What the shipped model is made of.</summary>
    public static IReadOnlyDictionary<string, string> Files()
        => s_files.ToDictionary(file => file, file => LabelledTexts.Sha256(Path.Combine(Repository.ShippedWriter, file)));

    /// <param name="key">Who writes.</param>
    /// <param name="some">Which posts; all unless said otherwise. A post has the same tone and seed among some as among all.</param>
    /// <exception cref="ModelException">The model cannot write.</exception>
    public async Task<IReadOnlyList<WrittenOrder>> AskAsync(string key, CancellationToken cancellationToken, IEnumerable<int>? some = null)
    {
        // Drafts are judged by what labels posts.
        await worker.ServeAsync(Evaluator.Shipped, cancellationToken);

        // Loaded before anybody looks at the clock.
        await WriteAsync(key, 0, cancellationToken);
        List<WrittenOrder> orders = [];
        foreach (var post in some ?? Enumerable.Range(0, posts.Count))
        {
            orders.Add(await WriteAsync(key, post, cancellationToken));
        }

        return orders;
    }

    public static WriterRecord Count(string key, IReadOnlyList<WrittenOrder> orders)
    {
        string[] texts = [.. orders.SelectMany(order => order.Texts)];
        IReadOnlyList<string>[] dangers = [.. orders.SelectMany(order => order.Texts.Select(draft => DraftChecks.Unsafe(order.Post, draft)))];
        return new WriterRecord(
            key,
            orders.Count,
            new WrittenCounts(
                orders.Sum(order => order.Outcome.Candidates.Count),
                Sorted(orders.SelectMany(order => order.Outcome.Selection.Refused).Select(refused => JsonNamingPolicy.SnakeCaseLower.ConvertName(refused.Refusal.Fault.ToString())))),
            new ShownCounts(
                texts.Length,
                orders.Sum(order => order.FromModel),
                orders.Count(order => order.Outcome.Drafts.Count == order.Wanted),
                texts.Distinct(StringComparer.OrdinalIgnoreCase).Count(),
                Math.Round(texts.Average(text => text.Length), 1),
                texts.Count(DraftChecks.IsEmpty),
                orders.Sum(order => order.Duplicates().Count()),
                dangers.Count(kinds => kinds.Count > 0),
                Sorted(dangers.SelectMany(kinds => kinds)),
                orders.Sum(order => order.Texts.Count(order.IsOffTone)),
                orders.Sum(order => order.Texts.Count(draft => DraftChecks.MadeUp(order.Post, draft).Any()))),
            Math.Round(orders.Average(order => order.Took.TotalMilliseconds), 1));
    }

    private static SortedDictionary<string, int> Sorted(IEnumerable<string> kinds) => new(kinds.CountBy(kind => kind).ToDictionary(), StringComparer.Ordinal);

    private async Task<WrittenOrder> WriteAsync(string key, int index, CancellationToken cancellationToken)
    {
        var post = posts[index];
        var order = new ReplyJob(Guid.NewGuid(), PostId: null, post.Text, post.Label, s_tones[index % s_tones.Length], Wanted, key, Seed: index + 1);
        var started = Stopwatch.GetTimestamp();
        var outcome = await worker.WriteAsync(order, cancellationToken);
        var took = Stopwatch.GetElapsedTime(started);

        // Otherwise templates would be taken for what it wrote.
        return outcome.Note is null ? new WrittenOrder(post, Wanted, outcome, took) : throw new ModelException(ModelError.Unavailable, outcome.Note);
    }
}
