using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace SocialSentiment.Api.Tests.Fuzz;

/// <summary>One request, before it is sent.</summary>
internal sealed record FuzzCase(Operation Operation, string Method, string Address, IReadOnlyList<(string Name, string Value)> Headers, string? ContentType, byte[]? Body)
{
    private const int Shown = 600;

    public HttpRequestMessage ToRequest(Uri server)
    {
        // As it is: the client would otherwise tidy up what the server is to be confronted with.
        var address = new Uri(server.GetLeftPart(UriPartial.Authority) + Address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(Method), address);
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Body);
            if (ContentType is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
            }

            // Who is refused at once need not send it all into a closed line.
            request.Headers.ExpectContinue = Body.Length > 500_000;
        }

        foreach (var (name, value) in Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    public override string ToString()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Method} {Short(Address)}");
        foreach (var (name, value) in Headers)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n    {name}: {Short(value)}");
        }

        if (Body is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n    Content-Type: {ContentType}\n    {Body.Length} bytes: {Short(Encoding.UTF8.GetString(Body))}");
        }

        return text.ToString();
    }

    private static string Short(string text) => text.Length > Shown ? $"{text[..Shown]}…" : text;
}
