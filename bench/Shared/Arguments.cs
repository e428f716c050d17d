using System.Globalization;

namespace SocialSentiment.Bench;

/// <summary>Command-line arguments of the form <c>--name value</c>.</summary>
public sealed class Arguments
{
    private readonly Dictionary<string, string> _values = [];

    private Arguments()
    {
    }

    /// <summary>Reads the arguments; on anything unknown or missing it prints the usage and returns nothing.</summary>
    public static Arguments? Read(string[] args, string usage, params string[] names)
    {
        var arguments = new Arguments();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || !names.Contains(args[i][2..]) || i + 1 == args.Length)
            {
                Console.Error.WriteLine(usage);
                return null;
            }

            arguments._values[args[i][2..]] = args[i + 1];
        }

        return arguments;
    }

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public string Text(string name, string byDefault) => Text(name) ?? byDefault;

    public string Required(string name) => Text(name) ?? throw new ArgumentException($"--{name} is missing.");

    public double Number(string name, double byDefault)
        => Text(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : byDefault;

    public int Count(string name, int byDefault) => (int)Number(name, byDefault);
}
