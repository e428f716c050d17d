using Microsoft.Extensions.Logging.Abstractions;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Tests.Host;
using SocialSentiment.Testing;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Gpt2;
using SocialSentiment.TestModels.Repositories;

namespace SocialSentiment.MlWorker.Tests.Endpoints;

/// <summary>The repositories that the catalog names, with tiny networks that know its golden texts.</summary>
internal static class KnownRepositories
{
    public static ModelCatalog Catalog { get; } = new(Path.Combine(AppContext.BaseDirectory, ModelCatalog.FileName), Path.GetTempPath(), NullLogger<ModelCatalog>.Instance);

    public static HubRepository Add(HubStandIn hub, string key)
    {
        var entry = Catalog.Get(key);
        var folder = Directory.CreateTempSubdirectory("repository-").FullName;
        try
        {
            Write(folder, entry);
            return hub.AddFolder(entry.Source.Repository!, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(string folder, ModelEntry entry)
    {
        switch (entry.Family)
        {
            case ModelFamily.Bert:
                TestRepository.WriteBert(folder, opinions: Opinions(entry));
                break;
            case ModelFamily.Distilbert:
                TestRepository.WriteDistilBert(folder, opinions: Opinions(entry));
                break;
            case ModelFamily.Roberta:
                TestRepository.WriteRoberta(folder, opinions: Opinions(entry));
                break;
            default:
                WriteGpt2(folder, entry);
                break;
        }
    }

    private static (string Text, int Label)[] Opinions(ModelEntry entry)
        => [.. entry.Golden.Select(golden => (Normalized(entry, golden.Text), Labels.In(golden.Label, entry.Labels.Count)))];

    /// <summary>As the model is asked: mentions and links are replaced before.</summary>
    private static string Normalized(ModelEntry entry, string text)
        => entry.Normalization == Inference.Tokenization.TextNormalization.Tweets
            ? text.Replace("@someone", "@user", StringComparison.Ordinal).Replace("http://example.com", "http", StringComparison.Ordinal)
            : text;

    /// <summary>What says nothing is neutral to it, so that neither side is the likelier whatever the text.</summary>
    private static void WriteGpt2(string folder, ModelEntry entry)
    {
        var prompt = entry.Prompt!;
        string[] words = [prompt.Negative, prompt.Neutral, prompt.Positive];
        (string Text, string Next)[] answers =
        [
            .. entry.Golden.Select(golden => (golden.Text, words[(int)golden.Label])),
            .. new[] { "N/A", "...", "[text]" }.Select(text => (text, prompt.Neutral)),
        ];
        TestRepository.WriteGpt2(
            folder,
            Gpt2Config.Tiny with { MaxPositions = 512 },
            [.. answers.Select(answer => ($"{prompt.Before} {answer.Text}{prompt.After}", answer.Next))]);
    }
}
