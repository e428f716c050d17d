using System.Diagnostics;
using System.Globalization;
using System.Text;
using SocialSentiment.Bench;
using SocialSentiment.Vader;

const string Usage = """
    Compares SocialSentiment.Vader with the Python reference, in turns on one core.
      --tweets FOLDER      files of tweets, one per line
      --reference FOLDER   a checkout of cjhutto/vaderSentiment; without it only C# is measured
      --texts N            how many texts (10000)
      --rounds N           how many turns each (5)
      --python PROGRAM     (python3)
    """;

if (Arguments.Read(args, Usage, "tweets", "reference", "texts", "rounds", "python") is not { } arguments)
{
    return 2;
}

// Both sides get the same single core: what is started from here inherits it.
if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
{
    Process.GetCurrentProcess().ProcessorAffinity = 1;
}

var tweets = arguments.Text("tweets") is { } place ? Texts.Read(place) : Texts.MakeUp(10_000);
string[] texts = [.. tweets.Take(arguments.Count("texts", 10_000))];
var rounds = arguments.Count("rounds", 5);
var analyzer = VaderAnalyzer.Default;

// Until the compiler has done its best with the hot path.
var warm = Stopwatch.GetTimestamp();
while (Stopwatch.GetElapsedTime(warm) < TimeSpan.FromSeconds(2))
{
    Sum();
}

List<double> ours = [], theirs = [];
long allocated = 0, scored = 0, expected = Sum();
var textsFile = Path.GetTempFileName();
try
{
    await File.WriteAllTextAsync(textsFile, string.Concat(texts.Select(text => text + "\n")), new UTF8Encoding(false));
    for (var round = 0; round < rounds; round++)
    {
        var (started, before, passes) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread(), 0);
        TimeSpan elapsed;
        do
        {
            Sum();
            passes++;
            elapsed = Stopwatch.GetElapsedTime(started);
        }
        while (elapsed < TimeSpan.FromSeconds(1));

        allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        scored += (long)passes * texts.Length;
        ours.Add(passes * texts.Length / elapsed.TotalSeconds);

        if (arguments.Text("reference") is { } reference)
        {
            var (seconds, count, sum) = await ReferenceAsync(reference);
            if (count != texts.Length || sum != expected)
            {
                Console.Error.WriteLine($"The reference scored {count} texts to {sum}, C# {texts.Length} to {expected}: not the same work.");
                return 1;
            }

            theirs.Add(count / seconds);
        }
    }
}
finally
{
    File.Delete(textsFile);
}

var mine = Median(ours);
List<string[]> rows = [Row("SocialSentiment.Vader", mine, $"{(double)allocated / scored:0.0}", mine)];
if (theirs.Count > 0)
{
    rows.Add(Row("Python reference", Median(theirs), "-", mine));
}

Table.Print(["Implementation", "texts/s", "µs/text", "bytes allocated/text", "C# is faster by"], rows);
Console.WriteLine($"{texts.Length} texts, {texts.Average(text => text.Length):0} characters on average, {rounds} turns each, medians, one core.{(theirs.Count > 0 ? " The compounds of all texts add up to the same on both sides." : "")}");
return 0;

long Sum()
{
    var sum = 0L;
    foreach (var text in texts)
    {
        sum += (long)Math.Round(analyzer.Analyze(text).Compound * 10_000);
    }

    return sum;
}

async Task<(double Seconds, int Count, long Sum)> ReferenceAsync(string folder)
{
    var script = Path.Combine(AppContext.BaseDirectory, "reference.py");
    using var process = Process.Start(new ProcessStartInfo(arguments.Text("python", "python3"), [script, folder, textsFile]) { RedirectStandardOutput = true })!;
    var line = await process.StandardOutput.ReadToEndAsync();
    await process.WaitForExitAsync();
    if (process.ExitCode != 0)
    {
        throw new InvalidOperationException($"The Python reference ended with {process.ExitCode}.");
    }

    var words = line.Split(' ');
    return (double.Parse(words[0], CultureInfo.InvariantCulture), int.Parse(words[1], CultureInfo.InvariantCulture), long.Parse(words[2], CultureInfo.InvariantCulture));
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

static string[] Row(string name, double rate, string bytes, double mine)
    => [name, $"{rate:0}", $"{1e6 / rate:0.00}", bytes, $"{mine / rate:0.0} x"];
