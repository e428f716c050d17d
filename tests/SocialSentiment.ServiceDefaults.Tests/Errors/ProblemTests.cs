using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace SocialSentiment.ServiceDefaults.Tests.Errors;

public sealed class ProblemTests
{
    [Theory]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("POST", "/broken", 405)]
    [InlineData("GET", "/broken", 500)]
    [InlineData("GET", "/number?n=many", 400)]
    [InlineData("GET", "/nobody", 401)]
    public async Task Every_error_is_a_problem_with_its_trace(string method, string path, int status)
    {
        // Also for who would rather have something else.
        foreach (var (environment, accept) in new[] { ("Production", "application/json"), ("Development", "*/*"), ("Production", "text/plain"), ("Production", "text/html;q=0, image/png") })
        {
            await using var service = await Service.StartAsync(
                map: app =>
                {
                    app.MapGet("/broken", string () => throw new InvalidOperationException("private words"));
                    app.MapGet("/number", (int n) => n);
                    app.MapGet("/nobody", () => Results.StatusCode(StatusCodes.Status401Unauthorized));
                },
                environment: environment);

            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using var response = await service.Client().SendAsync(request, TestContext.Current.CancellationToken);
            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

            Assert.Equal((HttpStatusCode)status, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            var problem = JsonDocument.Parse(body).RootElement;
            Assert.Equal(status, problem.GetProperty("status").GetInt32());
            Assert.Equal(32, problem.GetProperty("trace_id").GetString()?.Length);
            Assert.False(problem.TryGetProperty("traceId", out _));
            Assert.DoesNotContain("private words", body, StringComparison.Ordinal);
        }
    }
}
