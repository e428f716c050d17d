using SocialSentiment.Evaluation.Replies;

namespace SocialSentiment.Evaluation;

/// <summary>Where things lie in the working copy that this was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Models { get; } = Path.Combine(Root, "models");

    public static string ShippedModel { get; } = Path.Combine(Models, Evaluator.Shipped);

    public static string Record { get; } = Path.Combine(ShippedModel, "evaluation.json");

    public static string Card { get; } = Path.Combine(ShippedModel, "README.md");

    public static string ModelsGuide { get; } = Path.Combine(Root, "docs", "models.md");

    public static string PlainTexts { get; } = Path.Combine(Root, "tests", "Evaluation", "PlainTexts", "plain-texts.tsv");

    /// <summary>The language model that comes with the product, and what belongs to it.</summary>
    public static string ShippedWriter { get; } = Path.Combine(Models, ReplyEvaluator.Shipped);

    public static string RepliesRecord { get; } = Path.Combine(ShippedWriter, "evaluation.json");

    public static string WriterCard { get; } = Path.Combine(ShippedWriter, "README.md");

    public static string ReplyPosts { get; } = Path.Combine(Root, "tests", "Evaluation", "Replies", "posts.tsv");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SocialSentiment.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("This does not run from within the repository.");
        }

        return folder.FullName;
    }
}
