// Reads a JSON string a line, writes four 32-bit floats a text: negative, neutral, positive, compound.
using System.Text.Json;
using SocialSentiment.Vader;

using var input = new StreamReader(Console.OpenStandardInput());
using var output = new BinaryWriter(Console.OpenStandardOutput());
while (input.ReadLine() is { } line)
{
    var score = VaderAnalyzer.Default.Analyze(JsonSerializer.Deserialize<string>(line)!);
    output.Write((float)score.Negative);
    output.Write((float)score.Neutral);
    output.Write((float)score.Positive);
    output.Write((float)score.Compound);
}
