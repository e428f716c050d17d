using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Generation;
using SocialSentiment.MlWorker.Tests.Engines;
using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Gpt2;
using SocialSentiment.TestModels.Repositories;
using SocialSentiment.TestModels.Weights;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Generation;

public sealed class GeneratorTests(TestRepositories repositories)
{
    private const string Prompt = "Tweet: I love this, it is great!\nSentiment:";
    private static readonly GenerationSettings s_lively = new() { Samples = 3, MaxTokens = 24, Temperature = 1, TopK = 40, TopP = 0.95f, Seed = 7 };

    public static TheoryData<NetworkForm, bool> Forms => [.. Enum.GetValues<NetworkForm>().SelectMany(form => new[] { (form, true), (form, false) })];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_step_gives_the_logits_of_the_reference(NetworkForm form, bool positionIds)
    {
        using var network = repositories.Decoder(form, positionIds: positionIds);
        var ids = repositories.Gpt2.Tokenizer.EncodePlain("The shop opens on Monday at ten, thanks.");
        var expected = new ReferenceGpt2(repositories.Gpt2.Weights).Logits(ids);
        using var run = new Microsoft.ML.OnnxRuntime.RunOptions();
        using var decoding = new Decoding(network, 3, ids.Length, run);

        decoding.Begin(ids.AsSpan(0, 4), 1);
        AssertEqual(expected[3], decoding.Logits(0));
        decoding.Select([0, 0, 0]);
        for (var i = 4; i < ids.Length; i++)
        {
            // The others go another way, and leave one after the other.
            int[] tokens = [.. Enumerable.Range(0, decoding.Rows).Select(row => row == decoding.Rows - 1 ? ids[i] : (17 * i) + row)];
            decoding.Step(tokens);
            AssertEqual(expected[i], decoding.Logits(decoding.Rows - 1));
            if (decoding.Rows > 1)
            {
                decoding.Select([.. Enumerable.Range(1, decoding.Rows - 1)]);
            }
        }

        Assert.Equal((1, ids.Length), (decoding.Rows, decoding.Length));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_likeliest_continuation_is_that_of_the_reference(NetworkForm form, bool positionIds)
    {
        await using var generator = repositories.Generator(form, positionIds: positionIds);

        var text = Assert.Single(await generator.WriteAsync(Prompt, TestGenerators.Greedy));

        var (tokens, logLikelihood) = repositories.Reference(Prompt, 20);
        Assert.Equal((repositories.Text(tokens), tokens.Length), (text.Text, text.Tokens));
        Assert.Equal(logLikelihood, text.LogLikelihood, 1e-3);
        Assert.StartsWith(" positive", text.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NetworkForm.Merged)]
    [InlineData(NetworkForm.Separate)]
    [InlineData(NetworkForm.OneForAll)]
    public async Task Int8_says_the_fitted_words(NetworkForm form)
    {
        await using var generator = repositories.Generator(form, Precision.Quantized);

        foreach (var (prompt, next) in repositories.Gpt2.Continuations)
        {
            var texts = await generator.WriteAsync(prompt, TestGenerators.Greedy with { Samples = 3, MaxTokens = 2 });

            Assert.All(texts, text => Assert.StartsWith(next, text.Text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_long_prompt_is_read_in_pieces_and_nothing_changes()
    {
        var weights = Gpt2Weights.Seeded(repositories.Gpt2.Weights.Config with { MaxPositions = 1_024 });
        int[] ids = [.. Enumerable.Range(0, 600).Select(i => i * 7 % weights.Config.VocabularySize)];
        using var whole = repositories.Decoder(repositories.Load(Gpt2Network.Model(weights, Gpt2Form.Decoder)));
        using var pieces = repositories.Decoder(repositories.Load(Gpt2Network.Model(weights, Gpt2Form.Merged)));
        using var run = new Microsoft.ML.OnnxRuntime.RunOptions();
        using var expected = new Decoding(whole, 1, ids.Length, run);
        using var actual = new Decoding(pieces, 1, ids.Length, run);

        expected.Begin(ids, 1);
        actual.Begin(ids, 1);

        Assert.Equal((false, true, 600), (whole.ReadsOn, pieces.ReadsOn, actual.Length));
        AssertEqual([.. expected.Logits(0).ToArray().Select(logit => (double)logit)], actual.Logits(0));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_drafts_and_another_gives_others()
    {
        await using var generator = repositories.Generator();
        await using var another = repositories.Generator(NetworkForm.Separate);

        var first = await generator.WriteAsync(Prompt, s_lively);

        Assert.Equal(first, await generator.WriteAsync(Prompt, s_lively));
        Assert.Equal(first.Select(text => text.Text), (await another.WriteAsync(Prompt, s_lively)).Select(text => text.Text));
        Assert.Equal(3, first.Select(text => text.Text).Distinct().Count());
        Assert.NotEqual(first[0].Text, (await generator.WriteAsync(Prompt, s_lively with { Seed = 8 }))[0].Text);
    }

    [Theory]
    [InlineData(NetworkForm.Merged)]
    [InlineData(NetworkForm.Separate)]
    [InlineData(NetworkForm.WholeText)]
    public async Task Each_continuation_is_the_same_whoever_else_leaves_the_batch_and_when(NetworkForm form)
    {
        await using var generator = repositories.Generator(form);
        var settings = s_lively with { Samples = 4 };
        var all = await generator.WriteAsync(Prompt, settings);

        for (var one = 0; one < settings.Samples; one++)
        {
            var kept = one;
            var alone = await generator.WriteAsync(Prompt, settings, (sample, _, _) => sample == kept);
            var staggered = await generator.WriteAsync(Prompt, settings, (sample, _, tokens) => sample == kept || tokens <= 3 * sample);

            Assert.Equal((all[one].Text, all[one].Tokens, all[one].End), (alone[one].Text, alone[one].Tokens, alone[one].End));
            Assert.Equal((all[one].Text, all[one].Tokens, all[one].End), (staggered[one].Text, staggered[one].Tokens, staggered[one].End));
            Assert.Equal(all[one].LogLikelihood, staggered[one].LogLikelihood, 1e-3);
            Assert.All(alone.Where((_, sample) => sample != kept), text => Assert.Equal((1, GenerationEnd.Withdrawn), (text.Tokens, text.End)));
        }

        Assert.Equal((await generator.WriteAsync(Prompt, s_lively with { Samples = 1 }))[0].Text, all[0].Text);
    }

    [Fact]
    public async Task What_is_heard_grows_letter_by_letter_into_the_result()
    {
        await using var generator = repositories.Generator();
        List<string>[] heard = [[], [], []];
        List<int>[] counts = [[], [], []];

        var texts = await generator.WriteAsync(Prompt, s_lively with { Temperature = 3, TopK = 0, TopP = 1 }, (sample, text, tokens) =>
        {
            heard[sample].Add(text);
            counts[sample].Add(tokens);
            return true;
        });

        for (var sample = 0; sample < 3; sample++)
        {
            Assert.Equal(texts[sample].Text, heard[sample][^1]);
            Assert.Equal(Enumerable.Range(1, texts[sample].Tokens), counts[sample]);
            Assert.All(heard[sample], text => Assert.StartsWith(text, texts[sample].Text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task It_ends_at_a_stop_that_lies_across_tokens_and_nobody_hears_of_it()
    {
        await using var generator = repositories.Generator();
        var whole = (await generator.WriteAsync(Prompt, TestGenerators.Greedy))[0].Text;
        var at = whole.Length / 2;
        var stop = whole[at..(at + 7)];
        at = whole.IndexOf(stop, StringComparison.Ordinal);
        List<string> heard = [];

        var text = (await generator.WriteAsync(Prompt, TestGenerators.Greedy with { Stop = ["never said", stop, ""] }, (_, piece, _) =>
        {
            heard.Add(piece);
            return true;
        }))[0];

        Assert.Equal((whole[..at], GenerationEnd.Stop), (text.Text, text.End));
        Assert.All(heard, piece => Assert.StartsWith(piece, whole[..at], StringComparison.Ordinal));
        Assert.Equal(whole[..at], heard[^1]);
        Assert.InRange(text.Tokens, 1, 19);
    }

    [Fact]
    public async Task No_two_tokens_are_said_twice_in_a_row_if_they_may_not()
    {
        await using var generator = repositories.Generator();
        var prompt = Prompt + Prompt;

        var text = (await generator.WriteAsync(prompt, TestGenerators.Greedy with { NoRepeatNgram = 2 }))[0];

        var (tokens, logLikelihood) = repositories.Reference(prompt, 20, (logits, ids) =>
        {
            for (var i = 0; i + 1 < ids.Count; i++)
            {
                if (ids[i] == ids[^1])
                {
                    logits[ids[i + 1]] = double.NegativeInfinity;
                }
            }
        });
        Assert.Equal(repositories.Text(tokens), text.Text);
        Assert.Equal(logLikelihood, text.LogLikelihood, 1e-3);
    }

    [Fact]
    public async Task What_was_said_is_less_likely_to_be_said_again_the_prompt_included()
    {
        await using var generator = repositories.Generator();

        var text = (await generator.WriteAsync(Prompt, TestGenerators.Greedy with { RepetitionPenalty = 20 }))[0];

        var (tokens, logLikelihood) = repositories.Reference(Prompt, 20, (logits, ids) =>
        {
            foreach (var id in ids.Distinct())
            {
                logits[id] = logits[id] < 0 ? logits[id] * 20 : logits[id] / 20;
            }
        });
        Assert.Equal(repositories.Text(tokens), text.Text);
        Assert.Equal(logLikelihood, text.LogLikelihood, 1e-3);
        Assert.NotEqual(repositories.Text(repositories.Reference(Prompt, 20).Tokens), text.Text);
    }

    [Fact]
    public async Task The_end_is_chosen_when_it_is_the_likeliest_and_not_before_it_may_be()
    {
        var weights = repositories.Gpt2.Weights.FittedTo([(repositories.Gpt2.Tokenizer.EncodePlain(Prompt), repositories.EndId())]);
        await using var generator = repositories.Generator(Gpt2Network.Model(weights, Gpt2Form.Merged));

        var ended = (await generator.WriteAsync(Prompt, TestGenerators.Greedy))[0];
        var longer = (await generator.WriteAsync(Prompt, TestGenerators.Greedy with { MinTokens = 5 }))[0];

        Assert.Equal(new GeneratedText("", 0, 0, GenerationEnd.End), ended);
        Assert.InRange(longer.Tokens, 5, 20);
    }

    [Fact]
    public async Task It_goes_on_until_the_positions_are_used_up_and_no_prompt_may_be_longer()
    {
        await using var generator = repositories.Generator();
        var most = repositories.Gpt2.Weights.Config.MaxPositions;
        string Words(int count) => string.Concat(Enumerable.Repeat(" good", count));

        var last = (await generator.WriteAsync(Words(most), TestGenerators.Greedy))[0];
        var fifth = (await generator.WriteAsync(Words(most - 4), TestGenerators.Greedy))[0];
        var error = await Assert.ThrowsAsync<ModelException>(() => generator.WriteAsync(Words(most + 1), TestGenerators.Greedy));

        Assert.Equal((1, GenerationEnd.Length), (last.Tokens, last.End));
        Assert.Equal((5, GenerationEnd.Length), (fifth.Tokens, fifth.End));
        Assert.Equal(ModelError.TooLarge, error.Error);
        Assert.Equal(repositories.Text(repositories.Reference(Words(most), 1).Tokens), last.Text);
    }

    [Fact]
    public async Task An_empty_prompt_begins_where_texts_begin()
    {
        await using var generator = repositories.Generator();

        var text = (await generator.WriteAsync("", TestGenerators.Greedy with { MaxTokens = 3 }))[0];

        var reference = new ReferenceGpt2(repositories.Gpt2.Weights).Logits([repositories.EndId()])[0];
        Assert.StartsWith(repositories.Text(Array.IndexOf(reference, reference.Max())), text.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logits_that_are_no_numbers_are_an_error_of_that_order_alone()
    {
        var love = repositories.Gpt2.Tokenizer.EncodePlain(" love").Single();
        await using var generator = repositories.Generator(BrokenModels.NotANumberSteps(repositories.Gpt2.Weights, love));

        var error = await Assert.ThrowsAsync<ModelException>(() => generator.WriteAsync(Prompt, TestGenerators.Greedy));

        Assert.Equal(ModelError.Failed, error.Error);
        Assert.Single(await generator.WriteAsync("Tweet: good", TestGenerators.Greedy with { MaxTokens = 1 }));
    }

    [Fact]
    public async Task Who_listens_and_fails_fails_the_order_alone()
    {
        await using var generator = repositories.Generator();

        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => generator.WriteAsync(Prompt, s_lively, (_, _, _) => throw new TimeZoneNotFoundException()));

        Assert.Equal(3, (await generator.WriteAsync(Prompt, s_lively)).Count);
    }

    [Fact]
    public async Task Settings_that_mean_nothing_are_refused()
    {
        await using var generator = repositories.Generator();
        GenerationSettings[] wrong =
        [
            s_lively with { Samples = 0 }, s_lively with { MaxTokens = 0 }, s_lively with { Temperature = float.NaN }, s_lively with { TopP = 0 },
            s_lively with { TopK = -1 }, s_lively with { RepetitionPenalty = 0 }, s_lively with { NoRepeatNgram = -1 }, s_lively with { MinTokens = -1 },
        ];

        foreach (var settings in wrong)
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => generator.WriteAsync(Prompt, settings));
        }
    }

    [Fact]
    public void Networks_that_do_not_fit_are_refused_with_the_reason()
    {
        var weights = repositories.Gpt2.Weights;
        AssertRefused("input_ids, attention_mask are missing", () => repositories.Decoder(repositories.Load(BrokenModels.WrongInputNames(repositories.DistilBert.Weights))));
        AssertRefused("wrong shape", () => repositories.Decoder(repositories.Load(EncoderNetwork.Model(repositories.DistilBert.Weights))));
        AssertRefused(
            "do not go together",
            () => repositories.Decoder(repositories.Load(Gpt2Network.Model(weights, Gpt2Form.Merged)), repositories.Load(Gpt2Network.Model(weights, Gpt2Form.DecoderWithPast))));
        AssertRefused(
            "do not go together",
            () => repositories.Decoder(repositories.Load(Gpt2Network.Model(weights, Gpt2Form.Decoder)), repositories.Load(Gpt2Network.Model(weights, Gpt2Form.Decoder))));
        AssertRefused(
            "has no output present.2.key",
            () => repositories.Decoder(
                repositories.Load(Gpt2Network.Model(weights, Gpt2Form.Decoder)),
                repositories.Load(Gpt2Network.Model(Gpt2Weights.Seeded(weights.Config with { Layers = 3 }), Gpt2Form.DecoderWithPast))));
        AssertRefused(
            "its configuration says 4 heads of width 8",
            () => repositories.Decoder(repositories.Load(Gpt2Network.Model(Gpt2Weights.Seeded(weights.Config with { Heads = 2 }), Gpt2Form.Merged))));
    }

    [Theory]
    [InlineData(NetworkForm.Merged, Precision.Full)]
    [InlineData(NetworkForm.Separate, Precision.Full)]
    [InlineData(NetworkForm.OneForAll, Precision.Full)]
    [InlineData(NetworkForm.WholeText, Precision.Full)]
    [InlineData(NetworkForm.Merged, Precision.Quantized)]
    public async Task Reading_in_steps_is_checked_against_reading_at_once(NetworkForm form, Precision precision)
    {
        await using var generator = repositories.Generator(form, precision);

        await generator.CheckAsync("The quick brown fox jumps over the lazy dog.", precision == Precision.Full ? 0.001 : 0.3, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_network_that_goes_on_from_something_else_does_not_pass_the_check()
    {
        var weights = repositories.Gpt2.Weights;
        var other = Gpt2Weights.Seeded(weights.Config with { Seed = 99 });
        await using var generator = repositories.Generator(repositories.Decoder(
            repositories.Load(Gpt2Network.Model(other, Gpt2Form.Decoder)), repositories.Load(Gpt2Network.Model(weights, Gpt2Form.DecoderWithPast))));

        var error = await Assert.ThrowsAsync<ModelException>(() => generator.CheckAsync("The quick brown fox jumps over the lazy dog.", 0.01, TestContext.Current.CancellationToken));

        Assert.Equal(ModelError.Unusable, error.Error);
        Assert.Contains("is not what it needs", error.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(string reason, Func<object> make)
    {
        var error = Assert.Throws<ModelException>(make);
        Assert.Equal(ModelError.Unusable, error.Error);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static void AssertEqual(double[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-3);
        }
    }
}
