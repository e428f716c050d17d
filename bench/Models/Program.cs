using System.Diagnostics;
using System.Globalization;
using SocialSentiment.Bench;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Gpt2;
using SocialSentiment.TestModels.Repositories;
using SocialSentiment.TestModels.Tokenizers;

const string Usage = """
    write: makes a repository as the hub has it, in full precision and int8, of the real size and with made-up weights.
      --shape NAME    distilbert, roberta, bert-multilingual or distilgpt2
      --out FOLDER    where to; made if it is not there
      --seed N        of the weights (1)
      --vocab FILE    words to know as a whole, one per line, the most frequent first; others are made up
    """;

if (args is not ["write", .. var rest] || Arguments.Read(rest, Usage, "shape", "out", "seed", "vocab") is not { } arguments)
{
    Console.Error.WriteLine(Usage);
    return 2;
}

var started = Stopwatch.GetTimestamp();
var folder = arguments.Required("out");
var seed = arguments.Count("seed", 1);
string[] words = arguments.Text("vocab") is { } file ? [.. File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0)] : [];

switch (arguments.Required("shape"))
{
    case "distilbert":
        WriteWordPiece(EncoderConfig.DistilBertBase);
        break;
    case "bert-multilingual":
        WriteWordPiece(EncoderConfig.BertMultilingual);
        break;
    case "roberta":
        var roberta = EncoderConfig.RobertaBase;
        TestRepository.WriteEncoder(folder, roberta with { Seed = seed }, BytePairVocabulary.LargeRoberta(roberta.VocabularySize, words));
        break;
    case "distilgpt2":
        var gpt2 = Gpt2Config.DistilGpt2;
        TestRepository.WriteGpt2(folder, gpt2 with { Seed = seed }, vocabulary: BytePairVocabulary.LargeGpt2(gpt2.VocabularySize, words));
        break;
    case var unknown:
        Console.Error.WriteLine($"There is no shape '{unknown}'.\n{Usage}");
        return 2;
}

Table.Print(["File", "MB"],
[
    .. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => (string[])[Path.GetRelativePath(folder, path), (new FileInfo(path).Length / 1e6).ToString("0.0", CultureInfo.InvariantCulture)]),
]);
Console.WriteLine($"Written in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s.");
return 0;

void WriteWordPiece(EncoderConfig config)
    => TestRepository.WriteEncoder(folder, config with { Seed = seed }, WordPieceVocabulary.Large(config.VocabularySize, words));
