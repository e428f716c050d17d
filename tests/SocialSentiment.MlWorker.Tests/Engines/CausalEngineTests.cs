using SocialSentiment.Contracts;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Description;
using SocialSentiment.MlWorker.Tests.Statistics;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Gpt2;
using SocialSentiment.TestModels.Onnx;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Engines;

public sealed class CausalEngineTests(TestRepositories repositories)
{
    /// <summary>Words of one token each.</summary>
    private static readonly SentimentPrompt s_short = new("Tweet: I love it\nSentiment: positive\n\nTweet:", "\nSentiment:", " negative", " neutral", " positive");

    /// <summary>Words of several tokens, and of different numbers of them.</summary>
    private static readonly SentimentPrompt s_long = s_short with { Negative = " bad", Neutral = " so so zq", Positive = " very good" };

    private static readonly string[] s_texts = ["good", "I hate this,\nit is terrible!", "The shop opens on Monday at ten. Not so good.", "x"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Gpt2Form, bool, bool> Forms
    {
        get
        {
            var forms = new TheoryData<Gpt2Form, bool, bool>();
            foreach (var form in Enum.GetValues<Gpt2Form>())
            {
                forms.Add(form, true, false);
                forms.Add(form, true, true);
                forms.Add(form, false, false);
                forms.Add(form, false, true);
            }

            return forms;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task It_compares_how_likely_the_words_are_as_the_reference_does(Gpt2Form form, bool positionIds, bool longWords)
    {
        var prompt = longWords ? s_long : s_short;
        await using var engine = Engine(form, prompt, positionIds);

        var together = await engine.AskAsync(s_texts);

        for (var i = 0; i < s_texts.Length; i++)
        {
            EngineExtensions.AssertEqual(Softmax(LogLikelihoods(prompt, s_texts[i])), together[i]);
            EngineExtensions.AssertEqual(together[i], Assert.Single(await engine.AskAsync(s_texts[i])));
        }
    }

    [Theory]
    [InlineData(Gpt2Form.Merged, false)]
    [InlineData(Gpt2Form.Merged, true)]
    [InlineData(Gpt2Form.Decoder, true)]
    public async Task Batches_of_any_size_get_what_their_texts_get_alone(Gpt2Form form, bool longWords)
    {
        await using var engine = Engine(form, longWords ? s_long : s_short);
        var alone = new TextScores[s_texts.Length];
        for (var i = 0; i < alone.Length; i++)
        {
            alone[i] = Assert.Single(await engine.AskAsync(s_texts[i]));
        }

        foreach (var size in (int[])[8, 3, 1, 5, 2, 20, 8])
        {
            var answers = await engine.AskAsync([.. Enumerable.Range(0, size).Select(i => s_texts[i % s_texts.Length])]);

            Assert.All(answers, (answer, i) => EngineExtensions.AssertEqual(alone[i % alone.Length], answer));
        }
    }

    [Fact]
    public async Task Calibration_takes_off_what_the_words_get_whatever_the_text()
    {
        await using var engine = Engine(Gpt2Form.Merged, s_short);
        string[] saysNothing = ["N/A", "...", "[text]"];
        double[][] empty = [.. saysNothing.Select(text => Softmax(LogLikelihoods(s_short, text)) is var p ? (double[])[p.Negative, p.Neutral, p.Positive] : [])];
        double[] bias = [.. Enumerable.Range(0, 3).Select(word => empty.Average(scores => Math.Log(Math.Max(1e-300, scores[word]))))];

        await engine.CalibrateAsync(Token);
        var answers = await engine.AskAsync(s_texts);

        Assert.All(answers, (answer, i) => EngineExtensions.AssertEqual(Softmax([.. LogLikelihoods(s_short, s_texts[i]).Zip(bias, (likelihood, off) => likelihood - off)]), answer));
    }

    [Fact]
    public async Task Texts_that_say_nothing_are_on_average_on_no_side_after_calibration()
    {
        await using var engine = Engine(Gpt2Form.Merged, s_long);
        await engine.CalibrateAsync(Token);

        var answers = await engine.AskAsync("N/A", "...", "[text]");

        double[] logarithms = [.. new Func<TextScores, double>[] { scores => scores.Negative, scores => scores.Neutral, scores => scores.Positive }.Select(read => answers.Average(scores => Math.Log(read(scores))))];
        Assert.Equal(logarithms[0], logarithms[1], 1e-3);
        Assert.Equal(logarithms[1], logarithms[2], 1e-3);
    }

    [Fact]
    public async Task It_labels_the_texts_that_its_network_was_fitted_to()
    {
        await using var engine = Engine(Gpt2Form.Merged, s_short with { Before = "Tweet:" });

        var answers = await engine.AskAsync([.. Opinions.For(3).Select(opinion => opinion.Text)]);

        Assert.Equal(Opinions.For(3).Select(opinion => (SentimentLabel)opinion.Label), answers.Select(answer => answer.Label));
        Assert.True(engine.CanSayNeutral);
    }

    [Fact]
    public async Task A_text_longer_than_there_is_room_for_is_cut_and_the_question_stays()
    {
        await using var engine = Engine(Gpt2Form.Merged, s_long);
        var longText = string.Join(' ', Enumerable.Repeat("good bad", 300));

        var answers = await engine.AskAsync(longText, longText + " and more", "good");

        EngineExtensions.AssertEqual(answers[0], answers[1]);
        EngineExtensions.AssertEqual(Softmax(LogLikelihoods(s_long, "good")), answers[2]);
    }

    [Fact]
    public void A_prompt_that_leaves_no_room_or_says_nothing_is_refused()
    {
        AssertError(ModelError.Refused, () => Engine(Gpt2Form.Merged, s_short with { Before = string.Concat(Enumerable.Repeat("good ", 245)) }));
        AssertError(ModelError.Refused, () => Engine(Gpt2Form.Merged, s_short with { Neutral = "" }));
    }

    [Fact]
    public void A_network_that_is_no_language_model_is_refused()
        => AssertError(ModelError.Unusable, () => Engine(EncoderNetwork.Model(repositories.DistilBert.Weights), s_short));

    [Fact]
    public async Task It_can_be_taken_down_and_made_again()
    {
        for (var i = 0; i < 3; i++)
        {
            var engine = Engine(Gpt2Form.Merged, s_short);
            Assert.Null(Assert.Single(await engine.AskAsync("good")).Error);
            await engine.DisposeAsync();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.AskAsync("good"));
        }
    }

    private static void AssertError(ModelError expected, Func<object> make) => Assert.Equal(expected, Assert.Throws<ModelException>(make).Error);

    private CausalEngine Engine(Gpt2Form form, SentimentPrompt prompt, bool positionIds = true)
    {
        var weights = repositories.Gpt2.Weights;
        return Engine(Gpt2Network.Model(weights with { Config = weights.Config with { PositionIds = positionIds } }, form), prompt);
    }

    private CausalEngine Engine(OnnxModel model, SentimentPrompt prompt)
    {
        var network = repositories.Load(model);
        try
        {
            return new CausalEngine(
                network,
                TokenizerFactory.Create(repositories.Gpt2.Folder, TextNormalization.None),
                prompt,
                new ModelDescription { Family = ModelFamily.Gpt2, VocabularySize = repositories.Gpt2.Weights.Config.VocabularySize },
                "fp32",
                new InferenceOptions { Runners = 1 },
                TestStatistics.Create(),
                TimeProvider.System);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Of each word as a whole, after the prompt.</summary>
    private double[] LogLikelihoods(SentimentPrompt prompt, string text)
    {
        var tokenizer = repositories.Gpt2.Tokenizer;
        var reference = new ReferenceGpt2(repositories.Gpt2.Weights);
        int[] question = [.. tokenizer.EncodePlain(prompt.Before), .. tokenizer.EncodePlain(" " + text.ReplaceLineEndings(" ")), .. tokenizer.EncodePlain(prompt.After)];
        return [.. new[] { prompt.Negative, prompt.Neutral, prompt.Positive }.Select(word =>
        {
            var ids = tokenizer.EncodePlain(word);
            var logits = reference.Logits([.. question, .. ids[..^1]]);
            return ids.Select((id, i) => LogSoftmax(logits[question.Length - 1 + i], id)).Sum();
        })];
    }

    private static double LogSoftmax(double[] logits, int index) => logits[index] - Math.Log(logits.Sum(Math.Exp));

    private static TextScores Softmax(double[] scores)
    {
        var sum = scores.Sum(score => Math.Exp(score - scores.Max()));
        double[] shares = [.. scores.Select(score => Math.Exp(score - scores.Max()) / sum)];
        return new TextScores(shares[0], shares[1], shares[2]);
    }
}
