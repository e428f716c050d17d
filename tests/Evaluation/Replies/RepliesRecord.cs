using System.Text.Json;
using System.Text.Json.Serialization;

namespace SocialSentiment.Evaluation.Replies;

/// <summary>What came out when drafts were written for the posts, kept beside the model that is shipped to write them.</summary>
/// <param name="About">What this file is, for people who open it.</param>
/// <param name="Files">The SHA-256 of the shipped model's files.</param>
/// <param name="Posts">The SHA-256 of the list of posts.</param>
/// <param name="Writers">What each model wrote.</param>
internal sealed record RepliesRecord(string About, IReadOnlyDictionary<string, string> Files, string Posts, IReadOnlyList<WriterRecord> Writers)
{
    public WriterRecord Writer(string key) => Writers.First(writer => writer.Key == key);

    public static RepliesRecord Read(string path)
    {
        using var file = File.OpenRead(path);
        return JsonSerializer.Deserialize(file, RepliesJson.Default.RepliesRecord)!;
    }

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, RepliesJson.Default.RepliesRecord) + "\n");
}

/// <summary>What one model wrote.</summary>
/// <param name="Key">The model.</param>
/// <param name="Orders">For how many posts.</param>
/// <param name="Written">What it wrote before anything was selected.</param>
/// <param name="Shown">What came of it.</param>
/// <param name="MillisecondsPerOrder">How long an order took on average, one after the other.</param>
internal sealed record WriterRecord(string Key, int Orders, WrittenCounts Written, ShownCounts Shown, double MillisecondsPerOrder);

/// <summary>What a model wrote, as the library judges it.</summary>
/// <param name="Candidates">How many texts.</param>
/// <param name="Refused">How many of them may not be shown, or need not, by what is wrong with them.</param>
internal sealed record WrittenCounts(int Candidates, IReadOnlyDictionary<string, int> Refused)
{
    [JsonIgnore]
    public int Kept => Candidates - Refused.Values.Sum();
}

/// <summary>What is shown, as independent checks judge it.</summary>
/// <param name="Drafts">How many.</param>
/// <param name="FromModel">How many of them the model wrote; the others are templates.</param>
/// <param name="FullOrders">Orders with as many drafts as were asked for.</param>
/// <param name="Distinct">How many different texts there are.</param>
/// <param name="MeanLength">In characters.</param>
/// <param name="Empty">Drafts without a word.</param>
/// <param name="Duplicates">Drafts that say what an earlier one of their order says.</param>
/// <param name="Unsafe">Drafts with something in them that must not be there.</param>
/// <param name="UnsafeKinds">The same by kind; one draft may be of several.</param>
/// <param name="OffTone">Drafts that are cheerful to the angry or gloomy to the happy.</param>
/// <param name="MadeUp">Drafts with a word that is none.</param>
internal sealed record ShownCounts(
    int Drafts,
    int FromModel,
    int FullOrders,
    int Distinct,
    double MeanLength,
    int Empty,
    int Duplicates,
    int Unsafe,
    IReadOnlyDictionary<string, int> UnsafeKinds,
    int OffTone,
    int MadeUp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(RepliesRecord))]
internal sealed partial class RepliesJson : JsonSerializerContext;
