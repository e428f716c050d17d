namespace SocialSentiment.Bench;

/// <summary>How benchmarks call an API that asks for a key.</summary>
public static class ApiKeys
{
    public static HttpClient ShowKey(this HttpClient http, string? key)
    {
        if (key is not null)
        {
            http.DefaultRequestHeaders.Add("X-Api-Key", key);
        }

        return http;
    }
}
