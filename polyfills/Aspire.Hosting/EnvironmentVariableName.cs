namespace Aspire.Hosting;

internal static class EnvironmentVariableName
{
    /// <summary>The name with every character that a variable's name may not have turned into an underscore.</summary>
    public static string Encode(string name)
    {
        var encoded = string.Create(name.Length, name, static (span, name) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(name[i]) ? name[i] : '_';
            }
        });
        return encoded.Length > 0 && char.IsAsciiDigit(encoded[0]) ? "_" + encoded : encoded;
    }
}
