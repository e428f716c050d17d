using SocialSentiment.Contracts;
using SocialSentiment.Evaluation.Metrics;
using SocialSentiment.Evaluation.PlainTexts;
using SocialSentiment.Evaluation.Records;
using SocialSentiment.Evaluation.Reports;

namespace SocialSentiment.Evaluation.Tests;

/// <summary>
/// The gate. Nobody can change the model that is shipped without evaluating it, nor ship one that has become worse. What fails
/// here because of a new model is made anew with <c>tests/evaluate --write</c>.
/// </summary>
public sealed class ShippedModelTests
{
    /// <summary>That of the model that was shipped last, less 0.3 points for the chance in a training. It only ever rises.</summary>
    private const double LeastMacroRecall = 0.719;

    /// <summary>Processors differ in the last places of a number, and a text between two labels falls to either side.</summary>
    private const double OtherLabels = 0.003;

    private static readonly EvaluationRecord s_record = EvaluationRecord.Read(Repository.Record);
    private static readonly IReadOnlyList<PlainText> s_plain = PlainText.Read(Repository.PlainTexts);
    private static readonly SentimentLabel[] s_gold = LabelledTexts.FromLetters(s_record.Gold);

    private static ModelRecord Shipped => s_record.Model(Evaluator.Shipped);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_record_belongs_to_the_files_that_are_shipped()
    {
        Assert.Equal(Evaluator.Files(), s_record.Files);
        Assert.Equal(LabelledTexts.Sha256(Repository.PlainTexts), s_record.PlainTexts);
    }

    [Fact]
    public void The_measures_are_those_of_the_labels()
        => Assert.All(s_record.Models, model =>
        {
            var said = LabelledTexts.FromLetters(model.Said);
            Assert.Equal(Scores.Of(s_gold, said), model.Scores);
            Assert.Equal(s_plain.Count, model.SaidOfPlainTexts.Length);
            Assert.Equal(s_gold.Length, model.Confidence.Sum(bin => bin.Texts));
            Assert.Equal(s_gold.Zip(said).Count(pair => pair.First == pair.Second), model.Confidence.Sum(bin => bin.Right));
        });

    [Fact]
    public void The_model_that_is_shipped_has_not_become_worse()
        => Assert.True(
            Shipped.Scores.MacroRecall.Value >= LeastMacroRecall,
            $"The macro recall on the dev set is {Words.Percent(Shipped.Scores.MacroRecall)}, which is less than {Words.Percent(LeastMacroRecall)}.");

    [Fact]
    public void The_models_that_always_can_are_side_by_side()
        => Assert.Superset(new HashSet<string>([Evaluator.Shipped, "vader", "ensemble"]), s_record.Models.Select(model => model.Key).ToHashSet());

    [Fact]
    public void The_card_and_the_guide_say_what_came_out()
    {
        Assert.Equal(CardReport.Of(s_record, s_plain), MarkedText.Read(File.ReadAllText(Repository.Card), MarkedText.Labels));
        Assert.Equal(ModelsReport.Of(s_record, s_plain), MarkedText.Read(File.ReadAllText(Repository.ModelsGuide), MarkedText.Labels));
    }

    /// <summary>On every machine the plain texts; where the dev set is, all of its tweets too.</summary>
    [Fact]
    public async Task The_model_still_says_what_the_record_says()
    {
        await using var worker = await WorkerModels.OpenAsync(downloads: null, Token);
        var plain = await worker.AskAsync(Evaluator.Shipped, [.. s_plain.Select(text => text.Text)], Token);
        AssertSame(Shipped.SaidOfPlainTexts, plain);

        var output = TestContext.Current.TestOutputHelper!;
        if (LabelledTexts.FindDevSet() is not { } path)
        {
            output.WriteLine("The dev set is not on this machine: only the plain texts were labelled anew.");
            return;
        }

        var dev = LabelledTexts.Read(path);
        Assert.Equal((s_record.DevSet, s_record.Gold), (LabelledTexts.Sha256(path), LabelledTexts.ToLetters(dev.Select(text => text.Label))));
        var answers = await worker.AskAsync(Evaluator.Shipped, [.. dev.Select(text => text.Text)], Token);
        AssertSame(Shipped.Said, answers);
        var recall = Confusion.Of(s_gold, [.. answers.Scores.Select(score => score.Label)]).MacroRecall;
        Assert.InRange(recall, LeastMacroRecall - OtherLabels, 1);
        output.WriteLine($"{dev.Count} tweets of {path} were labelled anew: macro recall {Words.Percent(recall)}.");
    }

    private static void AssertSame(string recorded, Answers answers)
    {
        var now = LabelledTexts.ToLetters(answers.Scores.Select(score => score.Label));
        Assert.Equal(recorded.Length, now.Length);
        var others = recorded.Zip(now).Count(pair => pair.First != pair.Second);
        Assert.True(others <= Math.Ceiling(OtherLabels * now.Length), $"{others} of {now.Length} texts have another label than in the record.");
    }
}
