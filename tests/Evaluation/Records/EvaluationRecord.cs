using System.Text.Json;
using System.Text.Json.Serialization;
using SocialSentiment.Evaluation.Metrics;

namespace SocialSentiment.Evaluation.Records;

/// <summary>
/// What came out when the models were evaluated, kept beside the model that is shipped: the dev set is not on every machine,
/// and who changes the model must not get by without it.
/// </summary>
/// <param name="About">What this file is, for people who open it.</param>
/// <param name="Files">The SHA-256 of the shipped model's files.</param>
/// <param name="DevSet">The SHA-256 of the dev set.</param>
/// <param name="PlainTexts">The SHA-256 of the list of plain texts.</param>
/// <param name="Gold">The label of each text of the dev set, in the file's order: n, 0 or p.</param>
/// <param name="Models">What each model said.</param>
/// <param name="Slices">How good the shipped model is at kinds of texts.</param>
internal sealed record EvaluationRecord(
    string About,
    IReadOnlyDictionary<string, string> Files,
    string DevSet,
    string PlainTexts,
    string Gold,
    IReadOnlyList<ModelRecord> Models,
    IReadOnlyList<SliceRecord> Slices)
{
    public ModelRecord Model(string key) => Models.First(model => model.Key == key);

    public static EvaluationRecord Read(string path)
    {
        using var file = File.OpenRead(path);
        return JsonSerializer.Deserialize(file, RecordJson.Default.EvaluationRecord)!;
    }

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, RecordJson.Default.EvaluationRecord) + "\n");
}

/// <summary>What one model said.</summary>
/// <param name="Key">The model.</param>
/// <param name="Precision">The arithmetic that it ran in.</param>
/// <param name="SaysNeutral">False for a model with two classes.</param>
/// <param name="Said">Its label for each text of the dev set.</param>
/// <param name="SaidOfPlainTexts">Its label for each plain text.</param>
/// <param name="Scores">What follows from its labels.</param>
/// <param name="Confidence">How sure it was of them.</param>
internal sealed record ModelRecord(
    string Key, string Precision, bool SaysNeutral, string Said, string SaidOfPlainTexts, Scores Scores, IReadOnlyList<ConfidenceBin> Confidence);

/// <param name="Texts">How many of the dev set are of this kind.</param>
/// <param name="MacroRecall">None: there are no such texts.</param>
internal sealed record SliceRecord(string Name, int Texts, Interval? MacroRecall);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(EvaluationRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
