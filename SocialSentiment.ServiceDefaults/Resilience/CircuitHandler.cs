namespace SocialSentiment.ServiceDefaults.Resilience;

/// <summary>One attempt at one address: bounded in time, and not made while that address is known to be broken.</summary>
internal sealed class CircuitHandler(Circuits circuits) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => await circuits.For(request.RequestUri!).ExecuteAsync(
            static async (state, token) => await state.Send(state.Request, token),
            (Request: request, Send: (Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>)base.SendAsync),
            cancellationToken);
}
