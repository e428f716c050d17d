using System.Globalization;
using System.Text.RegularExpressions;

namespace SocialSentiment.Vader.Tests.Parity;

/// <summary>Hundreds of texts that no one would write, with the reference's scores; make_generated.py made both.</summary>
public sealed partial class GeneratedTextTests
{
    [Fact]
    public void Scores_equal_the_references()
    {
        var texts = 0;
        foreach (var line in Lines())
        {
            var fields = line.Split('\t');
            Reference.Expect(Unescape(fields[0]), Number(fields[1]), Number(fields[2]), Number(fields[3]), Number(fields[4]));
            texts++;
        }

        Assert.Equal(600, texts);
    }

    private static IEnumerable<string> Lines()
    {
        using var stream = typeof(GeneratedTextTests).Assembly.GetManifestResourceStream(typeof(GeneratedTextTests), "generated.tsv");
        using var reader = new StreamReader(stream!);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static double Number(string field) => double.Parse(field, CultureInfo.InvariantCulture);

    /// <summary>The file writes what is not printable ASCII as UTF-16 code units, so that it can hold lone surrogates.</summary>
    private static string Unescape(string field) =>
        Escape().Replace(field, match => ((char)Convert.ToUInt16(match.Groups[1].Value, 16)).ToString());

    [GeneratedRegex(@"\\u([0-9a-f]{4})")]
    private static partial Regex Escape();
}
