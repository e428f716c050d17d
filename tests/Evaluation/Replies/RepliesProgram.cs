using SocialSentiment.Bench;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Evaluation.Reports;
using SocialSentiment.MlWorker.Inference;

namespace SocialSentiment.Evaluation.Replies;

/// <summary>What <c>tests/evaluate-replies</c> runs.</summary>
internal static class RepliesProgram
{
    private const string Usage = """
        Usage: replies [--models a,b,...] [--downloads FOLDER] [--examples N] [--write yes]
          tests/evaluate-replies says what these mean.
        """;

    private const string About
        = "Written by tests/evaluate-replies --write: what the models wrote for the posts of tests/Evaluation/Replies, and what checks say of it. The gate in tests/SocialSentiment.Evaluation.Tests compares it with the files that are shipped, the card and docs/models.md.";

    private const int Examples = 20;
    private const int Seed = 20;

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        if (Arguments.Read(args, Usage, "models", "downloads", "examples", "write") is not { } arguments)
        {
            return 2;
        }

        var write = arguments.Text("write") == "yes";
        await using var worker = await WorkerModels.OpenAsync(arguments.Text("downloads"), cancellationToken);
        var present = worker.PresentWriters();
        if (!present.Contains(ReplyEvaluator.Shipped))
        {
            Console.Error.WriteLine($"{ReplyEvaluator.Shipped} is not on this machine: {Repository.ShippedWriter} does not hold its files.");
        }

        var keys = arguments.Text("models")?.Split(',') ?? present;
        if (write && !(keys.Contains(ReplyEvaluator.Shipped) && present.Contains(ReplyEvaluator.Shipped)))
        {
            Console.Error.WriteLine($"What is written belongs to {ReplyEvaluator.Shipped}: it has to be here, and among the models.");
            return 2;
        }

        var posts = ReplyPost.Read(Repository.ReplyPosts);
        var evaluator = new ReplyEvaluator(worker, posts);
        List<WriterRecord> writers = [];
        foreach (var key in keys)
        {
            Console.Error.WriteLine($"{key}: {posts.Count} posts");
            try
            {
                var orders = await evaluator.AskAsync(key, cancellationToken);
                writers.Add(ReplyEvaluator.Count(key, orders));
                Show(key, orders, arguments.Count("examples", Examples));
            }
            catch (ModelException error)
            {
                Console.Error.WriteLine($"{key} is left out: {error.Message}");
            }
        }

        var hasShipped = writers.Exists(writer => writer.Key == ReplyEvaluator.Shipped);
        var record = new RepliesRecord(About, hasShipped ? ReplyEvaluator.Files() : new Dictionary<string, string>(), LabelledTexts.Sha256(Repository.ReplyPosts), writers);
        Console.WriteLine(RepliesReport.OfAll(record));
        if (hasShipped)
        {
            Console.WriteLine(RepliesReport.OfShipped(record));
        }

        if (!write)
        {
            return 0;
        }

        if (!hasShipped)
        {
            Console.Error.WriteLine($"Nothing is written, because {ReplyEvaluator.Shipped} wrote nothing.");
            return 1;
        }

        record.Write(Repository.RepliesRecord);
        MarkedText.ReplaceIn(Repository.ModelsGuide, MarkedText.Replies, RepliesReport.OfAll(record));
        MarkedText.ReplaceIn(Repository.WriterCard, MarkedText.Replies, RepliesReport.OfShipped(record));
        return 0;
    }

    private static void Show(string key, IReadOnlyList<WrittenOrder> orders, int examples)
    {
        int[] some = [.. Enumerable.Range(0, orders.Count)];
        new Random(Seed).Shuffle(some);
        Console.WriteLine($"{Math.Min(examples, some.Length)} orders of {key}:");
        foreach (var order in some.Take(examples).Select(i => orders[i]))
        {
            Console.WriteLine($"  {Words.Of(order.Post.Label)}, {order.Outcome.Situation.Tone.ToString().ToLowerInvariant()}: {order.Post.Text.ReplaceLineEndings(" ")}");
            foreach (var draft in order.Outcome.Drafts)
            {
                Console.WriteLine(FormattableString.Invariant($"    {draft.Score:0.00} {(draft.Source == ReplySource.Model ? "model   " : "template")} {draft.Text}"));
            }
        }

        string[] problems = [.. orders.SelectMany(order => order.Problems().Select(problem => $"{problem}\n    for: {order.Post.Text.ReplaceLineEndings(" ")}"))];
        Console.WriteLine($"\nWrong with the drafts of {key} that are shown: {problems.Length}{string.Concat(problems.Select(problem => $"\n  {problem}"))}\n");
    }
}
