using SocialSentiment.Contracts;
using SocialSentiment.Evaluation.PlainTexts;
using SocialSentiment.Evaluation.Reports;

namespace SocialSentiment.Evaluation.Tests;

/// <summary>What people try first: whoever sees a wrong label of one of these believes no other.</summary>
public sealed class PlainTextsTests
{
    private const double LeastRight = 0.95;

    private static readonly IReadOnlyList<PlainText> s_texts = PlainText.Read(Repository.PlainTexts);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void There_are_200_texts_of_all_labels()
    {
        Assert.Equal(200, s_texts.DistinctBy(text => text.Text, StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal((160, 40), (s_texts.Count(text => !text.IsHard), s_texts.Count(text => text.IsHard)));
        Assert.All(s_texts.CountBy(text => text.Label), label => Assert.InRange(label.Value, 40, 200));
        Assert.All(s_texts, text => Assert.Equal((text.Text.Trim(), true), (text.Text, text.Text.Length > 0)));
    }

    [Fact]
    public async Task The_model_that_is_shipped_has_the_unmistakable_ones_right()
    {
        await using var worker = await WorkerModels.OpenAsync(downloads: null, Token);
        var answers = await worker.AskAsync(Evaluator.Shipped, [.. s_texts.Select(text => text.Text)], Token);

        SentimentLabel[] said = [.. answers.Scores.Select(score => score.Label)];
        string[] wrong = [.. Words.Wrong(s_texts, said)];
        var unmistakable = s_texts.Count(text => !text.IsHard);
        Assert.True(
            unmistakable - wrong.Length >= LeastRight * unmistakable,
            $"{unmistakable - wrong.Length} of {unmistakable} are right, which is less than {LeastRight:0%}. Wrong are:\n{string.Join('\n', wrong)}");
    }
}
