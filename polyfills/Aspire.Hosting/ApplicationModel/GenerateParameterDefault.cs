using System.Security.Cryptography;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A random password.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    // Letters that are easily taken for another one are left out.
    private const string LowerCase = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperCase = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private const string Specials = "-_.{}~()*+!";

    public int MinLength { get; set; } = 22;

    public bool Lower { get; set; } = true;

    public bool Upper { get; set; } = true;

    public bool Numeric { get; set; } = true;

    public bool Special { get; set; } = true;

    public int MinLower { get; set; }

    public int MinUpper { get; set; }

    public int MinNumeric { get; set; }

    public int MinSpecial { get; set; }

    public override string GetDefaultValue()
    {
        var required = Pick(LowerCase, Lower, MinLower) + Pick(UpperCase, Upper, MinUpper) + Pick(Digits, Numeric, MinNumeric) + Pick(Specials, Special, MinSpecial);
        var alphabet = (Lower ? LowerCase : string.Empty) + (Upper ? UpperCase : string.Empty) + (Numeric ? Digits : string.Empty) + (Special ? Specials : string.Empty);

        var characters = (required + Pick(alphabet, allowed: true, Math.Max(0, MinLength - required.Length))).ToCharArray();
        RandomNumberGenerator.Shuffle<char>(characters);
        return new string(characters);
    }

    public override void WriteToManifest(ManifestPublishingContext context)
    {
        ArgumentNullException.ThrowIfNull(context);

        context.Writer.WriteStartObject("generate");
        context.Writer.WriteNumber("minLength", MinLength);
        foreach (var (name, value) in new[] { ("lower", Lower), ("upper", Upper), ("numeric", Numeric), ("special", Special) }.Where(p => !p.Item2))
        {
            context.Writer.WriteBoolean(name, value);
        }

        foreach (var (name, value) in new[] { ("minLower", MinLower), ("minUpper", MinUpper), ("minNumeric", MinNumeric), ("minSpecial", MinSpecial) }.Where(p => p.Item2 != 0))
        {
            context.Writer.WriteNumber(name, value);
        }

        context.Writer.WriteEndObject();
    }

    private static string Pick(string alphabet, bool allowed, int count) => (allowed, count) switch
    {
        (_, 0) => string.Empty,
        (false, _) => throw new ArgumentException("A minimum is asked for of a kind of character that is not allowed."),
        _ => RandomNumberGenerator.GetString(alphabet, count),
    };
}
