using System.Net;

namespace SocialSentiment.AppHost.Tests.Support;

/// <summary>A service that answers what it was told to, and remembers what it was sent.</summary>
internal sealed class AnsweringService : HttpMessageHandler
{
    public Dictionary<string, Func<HttpContent>> Answers { get; } = [];

    public List<string> Bodies { get; } = [];

    public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

    public HttpClient Client => new(this) { BaseAddress = new Uri("http://service") };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not null)
        {
            Bodies.Add(await request.Content.ReadAsStringAsync(cancellationToken));
        }

        return new HttpResponseMessage(Status) { Content = Answers[$"{request.Method} {request.RequestUri!.AbsolutePath}"]() };
    }
}
