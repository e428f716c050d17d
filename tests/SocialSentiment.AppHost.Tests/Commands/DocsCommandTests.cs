using SocialSentiment.AppHost.Commands;

namespace SocialSentiment.AppHost.Tests.Commands;

public class DocsCommandTests
{
    [Fact]
    public void Where_a_key_is_needed_each_example_shows_one_and_the_words_say_where_it_is()
    {
        var words = DocsCommand.Words("http://localhost:8080", "api-key", needsKey: true);

        Assert.Contains("`api-key`", words, StringComparison.Ordinal);
        var examples = words.Split('\n').Where(line => line.StartsWith("curl ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, examples.Length);
        Assert.All(examples, example => Assert.Contains("-H \"X-Api-Key: $KEY\"", example, StringComparison.Ordinal));
    }

    [Fact]
    public void In_development_the_example_works_as_it_stands()
    {
        var words = DocsCommand.Words("http://localhost:8080", "api-key", needsKey: false);

        Assert.Contains("curl -X POST http://localhost:8080/predict -H 'Content-Type: application/json'", words, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Api-Key", words, StringComparison.Ordinal);
    }
}
