using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SocialSentiment.Bench;
using SocialSentiment.Bench.Tokenizers;
using SocialSentiment.MlWorker.Inference.Tokenization;

const string Usage = """
    Compares the worker's tokenizers with Hugging Face's, id by id, and says how fast they are on one core.
      --data FOLDERS       where the tweets are (*.tsv), separated by commas; made up if not given
      --modules FOLDER     the node_modules in which "npm i --ignore-scripts tokenizers" has put the reference; without it
                           the vocabularies and ids that are in --work already are taken
      --work FOLDER        where vocabularies and ids go (a folder under /tmp)
      --hostile N          how many texts to make up of all scripts, broken and unbroken (10000)
      --golden FILE        golden texts of the embedded model, whose folder is --model: their ids are compared too
      --model FOLDER
      --learn N            how many more of those the vocabularies of many scripts are trained on (5000)
      --fixtures FOLDER    where vocabularies, texts and ids go that the tests use: without the texts in which Unicode
                           differs; posts.txt there is what they were trained on
      --show N             how many differences to show (5)
      --node PROGRAM       (node)
    For example:
      npm i --prefix /tmp/hf --ignore-scripts tokenizers
      dotnet run -c Release --project bench/Tokenizers -- --data tweets,auxiliary --modules /tmp/hf/node_modules
    The fixtures of the tests, made anew:
      F=tests/SocialSentiment.MlWorker.Tests/Tokenization/Fixtures
      dotnet run -c Release --project bench/Tokenizers -- --data $F/posts.txt --hostile 85 --learn 12 \
        --modules /tmp/hf/node_modules --work /tmp/fixtures --fixtures $F
    """;

if (Arguments.Read(args, Usage, "data", "modules", "work", "hostile", "golden", "model", "learn", "fixtures", "show", "node") is not { } arguments)
{
    return 2;
}

var work = Directory.CreateDirectory(arguments.Text("work", Path.Combine(Path.GetTempPath(), "tokenizers"))).FullName;
string[] tweets = [.. (arguments.Text("data")?.Split(',') ?? []).SelectMany(Texts.Read)];
tweets = tweets.Length > 0 ? tweets : [.. Texts.MakeUp(10_000)];
string[] texts = [.. tweets, .. HostileTexts.MakeUp(arguments.Count("hostile", 10_000))];
Console.WriteLine($"{tweets.Length} tweets and {texts.Length - tweets.Length} hostile texts");

if (arguments.Text("modules") is { } modules)
{
    var plain = new UTF8Encoding(false);
    await File.WriteAllLinesAsync(Path.Combine(work, "train.txt"), tweets, plain);
    await File.WriteAllLinesAsync(Path.Combine(work, "many.txt"), [.. tweets, .. HostileTexts.MakeUp(arguments.Count("learn", 5_000), seed: 7).Select(Learnable)], plain);
    await File.WriteAllLinesAsync(Path.Combine(work, "texts.jsonl"), texts.Select(Escaped), plain);
    var start = new ProcessStartInfo(arguments.Text("node", "node"), [Path.Combine(AppContext.BaseDirectory, "reference.js"), work])
    {
        Environment = { ["NODE_PATH"] = modules },
    };
    using var reference = Process.Start(start)!;
    await reference.WaitForExitAsync();
    if (reference.ExitCode != 0)
    {
        return 1;
    }
}

// Characters that are words, marks or punctuation here, and something else in the reference, which knows an older Unicode.
var words = new WordNormalizer(new WordRules());
Rune[] characters = [.. Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(value => new Rune(value))];
HashSet<Rune> younger = [.. characters.Zip(File.ReadLines(Path.Combine(work, "characters.jsonl")))
    .Where(pair => words.Normalize($"a{pair.First}b") != JsonSerializer.Deserialize<string>(pair.Second))
    .Select(pair => pair.First)];
Console.WriteLine($"{younger.Count} of {characters.Length} characters are something else in the reference: {string.Join(", ", younger.GroupBy(Rune.GetUnicodeCategory).Select(group => $"{group.Count()} {group.Key}"))}");

var differing = 0;
List<string[]> rows = [];
foreach (var folder in Directory.GetDirectories(work).Order(StringComparer.Ordinal).Where(folder => File.Exists(Path.Combine(folder, "ids.txt"))))
{
    var name = Path.GetFileName(folder);
    int[][] expected = [.. File.ReadLines(Path.Combine(folder, "ids.txt")).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture)).ToArray())];
    var whole = TokenizerFactory.Create(folder, TextNormalization.None, 100_000);
    var cut = TokenizerFactory.Create(folder, TextNormalization.None, 17);
    var (tweetDifferences, hostileDifferences, excused) = (0, 0, 0);
    for (var i = 0; i < texts.Length; i++)
    {
        if (IsSame(whole, expected[i], texts[i]) && IsSame(cut, Cut(expected[i], name), texts[i]))
        {
            continue;
        }

        if (name is not ("gpt2" or "roberta") && texts[i].EnumerateRunes().Any(younger.Contains))
        {
            excused++;
            continue;
        }

        _ = i < tweets.Length ? tweetDifferences++ : hostileDifferences++;
        if (tweetDifferences + hostileDifferences <= arguments.Count("show", 5))
        {
            Console.WriteLine($"{name}: {Escaped(texts[i])}\n  reference {string.Join(' ', expected[i])}\n  here      {string.Join(' ', Encode(whole, texts[i]))}");
        }
    }

    if (arguments.Text("fixtures") is { } fixtures)
    {
        var fixture = Directory.CreateDirectory(Path.Combine(fixtures, name)).FullName;
        File.Copy(Path.Combine(folder, "tokenizer.json"), Path.Combine(fixture, "tokenizer.json"), overwrite: true);
        await File.WriteAllLinesAsync(Path.Combine(fixture, "ids.txt"), Comparable(expected.Select(ids => string.Join(' ', ids))));
        await File.WriteAllLinesAsync(Path.Combine(fixtures, "texts.jsonl"), Comparable(texts.Select(Escaped)));
    }

    differing += tweetDifferences + hostileDifferences;
    rows.Add([name, $"{tweetDifferences}", $"{hostileDifferences}", $"{excused}", .. Measure(TokenizerFactory.Create(folder, TextNormalization.Tweets))]);
}

if (arguments.Text("golden") is { } golden)
{
    var tokenizer = TokenizerFactory.Create(arguments.Required("model"), TextNormalization.Compact);
    using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(golden));
    var (count, wrong) = (0, 0);
    foreach (var text in document.RootElement.EnumerateArray())
    {
        count++;
        var original = text.GetProperty("text").GetString()!;
        int[] expected = [.. text.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32())];
        if (TweetNormalizer.Normalize(original, TextNormalization.Compact) != text.GetProperty("normalized").GetString() || !IsSame(tokenizer, expected, original))
        {
            wrong++;
            Console.WriteLine($"golden: {Escaped(original)}\n  expected {string.Join(' ', expected)}\n  here     {string.Join(' ', Encode(tokenizer, original))}");
        }
    }

    differing += wrong;
    rows.Add([$"golden ({count})", $"{wrong}", "-", "-", .. Measure(tokenizer)]);
}

Table.Print(["Tokenizer", "tweets that differ", "hostile texts that differ", "only by such characters", "tweets/s", "tokens/tweet", "bytes allocated/tweet", "µs/5,000 characters", "µs/one word as long"], rows);
return differing == 0 ? 0 : 1;

IEnumerable<string> Comparable(IEnumerable<string> lines)
    => lines.Where((_, i) => !texts[i].EnumerateRunes().Any(younger.Contains));

// What a vocabulary in a file can be made of.
static string Learnable(string text) => WellFormed.Of(text).Replace("\uFFFE", "", StringComparison.Ordinal).Replace("\uFFFF", "", StringComparison.Ordinal);

string Escaped(string text)
{
    // The serializer would write U+FFFD for half a character; the other side is to see the half.
    var escaped = new StringBuilder("\"");
    foreach (var unit in text)
    {
        _ = unit is >= ' ' and < '\u007F' and not '"' and not '\\' ? escaped.Append(unit) : escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
    }

    return escaped.Append('"').ToString();
}

// What Hugging Face's truncation makes of it: the ids are cut, the special tokens stay.
static int[] Cut(int[] ids, string name) => ids.Length <= 17 ? ids : name == "gpt2" ? ids[..17] : [.. ids[..16], ids[^1]];

static bool IsSame(ITextTokenizer tokenizer, int[] expected, string text) => Encode(tokenizer, text).SequenceEqual(expected);

static int[] Encode(ITextTokenizer tokenizer, string text)
{
    var ids = new int[30_000];
    return ids[..tokenizer.Encode(text, ids)];
}

string[] Measure(ITextTokenizer tokenizer)
{
    var ids = new int[tokenizer.MaxTokens];
    string[] sample = [.. tweets.Where((_, i) => i % 7 == 0).Take(10_000)];
    string[] longest = [.. Enumerable.Range(0, 20).Select(i => string.Join(' ', tweets.Skip(i * 500).Take(500))).Select(text => text[..Math.Min(text.Length, 5000)])];
    string[] word = [new string([.. Enumerable.Range(0, 5000).Select(i => (char)('a' + (i * i % 26)))])];
    var (bytes, tokens) = (0L, 0L);
    var rate = Rate(sample);
    return [$"{rate:0}", $"{(double)tokens / sample.Length:0.0}", $"{(double)bytes / sample.Length:0}", $"{1e6 / Rate(longest):0}", $"{1e6 / Rate(word):0}"];

    // The best of some rounds: what the code can do when nobody else takes the core.
    double Rate(string[] texts)
    {
        double best = 0;
        var rounds = 6 * Math.Max(1, 10_000 / texts.Length / 10);
        for (var round = 0; round < rounds; round++)
        {
            tokens = 0;
            var (started, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            foreach (var text in texts)
            {
                tokens += tokenizer.Encode(text, ids);
            }

            best = Math.Max(best, texts.Length / Stopwatch.GetElapsedTime(started).TotalSeconds);
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return best;
    }
}
