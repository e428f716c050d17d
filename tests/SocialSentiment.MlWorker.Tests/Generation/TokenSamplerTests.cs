using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Generation;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Generation;

/// <summary>What is drawn, against the distribution worked out step by step as Hugging Face's documentation has it.</summary>
public sealed class TokenSamplerTests
{
    private const int End = 3;

    /// <summary>In tokens; odd, so that vectors have a rest.</summary>
    private const int Vocabulary = 61;
    private const int Draws = 40_000;

    public static TheoryData<float, int, float, float, int, int> Settings => new()
    {
        { 1, 0, 1, 1, 0, 0 },
        { 0.7f, 0, 1, 1, 0, 0 },
        { 2, 10, 1, 1, 0, 0 },
        { 1, 0, 0.8f, 1, 0, 0 },
        { 0.8f, 0, 0.3f, 1, 0, 0 },
        { 0.8f, 50, 0.95f, 1, 0, 0 },
        { 1.5f, 20, 0.6f, 1.3f, 0, 0 },
        { 1, 1, 1, 1, 0, 0 },
        { 1, 60, 0.999f, 0.7f, 0, 0 },
        { 1, 100, 0.9f, 1, 2, 0 },
        { 1, 0, 1, 1, 1, 0 },
        { 1, 5, 0.9f, 1, 1, 0 },
        { 1, 0, 1, 1, 0, 10 },
        { 0.9f, 30, 0.9f, 1.2f, 3, 10 },
        { 0.01f, 50, 0.95f, 1, 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Tokens_are_drawn_as_often_as_the_filtered_distribution_says(float temperature, int topK, float topP, float penalty, int ngram, int minTokens)
    {
        GenerationSettings settings = new() { Temperature = temperature, TopK = topK, TopP = topP, RepetitionPenalty = penalty, NoRepeatNgram = ngram, MinTokens = minTokens };
        var logits = Logits(seed: 5);
        int[] prompt = [7, 8, 9, 7, 8, 11, 12, 40, 40, 41];
        int[] drawn = [12, 40, 7, 8];
        var expected = Distribution(logits, [.. prompt, .. drawn], drawn.Length, settings);
        var history = History(prompt, drawn);
        var sampler = new TokenSampler(Vocabulary, End);
        var random = new RandomStream(11, 0);

        var counts = new int[Vocabulary];
        for (var i = 0; i < Draws; i++)
        {
            var token = sampler.Choose(logits, history, settings, ref random, out var logLikelihood);
            counts[token]++;
            Assert.Equal(LogSoftmax(logits, token), logLikelihood, 1e-4);
        }

        // Nothing that was filtered out, and nothing more often than luck explains: five standard deviations.
        Assert.All(counts, (count, token) =>
        {
            var deviation = Math.Sqrt(Draws * expected[token] * (1 - expected[token]));
            Assert.InRange(count - (Draws * expected[token]), (-5 * deviation) - 0.01, (5 * deviation) + 0.01);
        });
    }

    [Fact]
    public void Without_a_temperature_it_is_the_likeliest_of_those_that_are_allowed()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            GenerationSettings settings = new() { Temperature = 0, RepetitionPenalty = 1 + (seed % 3), NoRepeatNgram = seed % 4, MinTokens = seed % 7 };
            var logits = Logits(seed);
            int[] prompt = [.. Enumerable.Range(0, 20).Select(i => ((i * seed) + i) % 13)];
            int[] drawn = [.. prompt[..(seed % 5)]];
            var expected = Distribution(logits, [.. prompt, .. drawn], drawn.Length, settings with { Temperature = 1, TopK = 0, TopP = 1 });
            var random = new RandomStream(1, 0);

            var token = new TokenSampler(Vocabulary, End).Choose(logits, History(prompt, drawn), settings, ref random, out _);

            Assert.Equal(Array.IndexOf(expected, expected.Max()), token);
        }
    }

    [Fact]
    public void A_large_vocabulary_is_filtered_as_a_small_one()
    {
        const int Large = 50_257;
        var random = new RandomStream(3, 0);
        float[] logits = [.. Enumerable.Range(0, Large).Select(_ => (float)(8 * Math.Pow(random.NextDouble(), 3)))];
        var sampler = new TokenSampler(Large, 0);
        var history = new TokenHistory([], 1, Large);
        foreach (var settings in (GenerationSettings[])[new() { TopK = 50, TopP = 1 }, new() { TopK = 0, TopP = 0.3f }, new() { TopK = 1_000, TopP = 0.7f }])
        {
            var allowed = Distribution(logits, [], 0, settings).Index().Where(token => token.Item > 0).Select(token => token.Index).ToHashSet();
            HashSet<int> drawn = [];
            for (var i = 0; i < 5_000; i++)
            {
                drawn.Add(sampler.Choose(logits, history, settings, ref random, out _));
            }

            // At the border rounding may decide.
            Assert.InRange(drawn.Except(allowed).Count(), 0, 1);
            Assert.InRange(drawn.Count, Math.Min(allowed.Count, 100) * 0.8, allowed.Count + 1);
        }
    }

    [Fact]
    public void When_every_token_is_forbidden_none_is_chosen()
    {
        int[] all = [.. Enumerable.Range(0, Vocabulary)];
        var random = new RandomStream(1, 0);
        foreach (var temperature in (float[])[0, 1])
        {
            GenerationSettings settings = new() { Temperature = temperature, NoRepeatNgram = 1 };
            Assert.Equal(TokenSampler.None, new TokenSampler(Vocabulary, End).Choose(Logits(1), History(all, []), settings, ref random, out var logLikelihood));
            Assert.Equal(0, logLikelihood);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void What_is_no_number_is_an_error_wherever_it_stands(float value)
    {
        var random = new RandomStream(1, 0);
        for (var place = 0; place < Vocabulary; place++)
        {
            var logits = Logits(1);
            logits[place] = value;
            var error = Assert.Throws<ModelException>(() => new TokenSampler(Vocabulary, End).Choose(logits, History([], []), new GenerationSettings(), ref random, out _));
            Assert.Equal(ModelError.Failed, error.Error);
        }
    }

    [Fact]
    public void The_generator_of_luck_is_xoshiro256_and_its_streams_are_apart()
    {
        // Worked out with the reference implementation in C of Blackman and Vigna: SplitMix64 of the seed gives the start of a
        // stream, SplitMix64 of that the four words.
        var stream = new RandomStream(42, 0);
        Assert.Equal(ReferenceDoubles(42, 0, 5), Enumerable.Range(0, 5).Select(_ => stream.NextDouble()));

        var all = Enumerable.Range(0, 100).SelectMany(sample => ReferenceDoubles(42, sample, 10)).Concat(ReferenceDoubles(43, 0, 10)).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.InRange(all.Average(), 0.45, 0.55);
    }

    /// <summary>Another implementation of the same, in whole numbers of any size.</summary>
    private static IEnumerable<double> ReferenceDoubles(long seed, int sample, int count)
    {
        UInt128 mask = ulong.MaxValue;
        UInt128 Split(ref UInt128 state)
        {
            state = (state + 0x9E3779B97F4A7C15) & mask;
            var z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask;
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask;
            return z ^ (z >> 31);
        }

        UInt128 Rotate(UInt128 x, int by) => ((x << by) | (x >> (64 - by))) & mask;
        var start = (UInt128)(ulong)seed;
        var state = (Split(ref start) + (UInt128)sample) & mask;
        UInt128[] s = [Split(ref state), Split(ref state), Split(ref state), Split(ref state)];
        for (var i = 0; i < count; i++)
        {
            var result = (Rotate((s[1] * 5) & mask, 7) * 9) & mask;
            var t = (s[1] << 17) & mask;
            s[2] ^= s[0];
            s[3] ^= s[1];
            s[1] ^= s[2];
            s[0] ^= s[3];
            s[2] ^= t;
            s[3] = Rotate(s[3], 45);
            yield return (double)(result >> 11) / (1L << 53);
        }
    }

    private static TokenHistory History(int[] prompt, int[] drawn)
    {
        var history = new TokenHistory(prompt, drawn.Length + 1, Vocabulary);
        foreach (var token in drawn)
        {
            history.Add(token);
        }

        return history;
    }

    private static float[] Logits(int seed)
    {
        var random = new RandomStream(seed, 99);
        return [.. Enumerable.Range(0, Vocabulary).Select(_ => (float)((8 * random.NextDouble()) - 4))];
    }

    private static double LogSoftmax(float[] logits, int token) => logits[token] - Math.Log(logits.Sum(logit => Math.Exp(logit)));

    /// <summary>Hugging Face's processors one after the other, each as its documentation says.</summary>
    private static double[] Distribution(float[] logits, int[] ids, int drawn, GenerationSettings settings)
    {
        double[] scores = [.. logits];
        foreach (var id in ids.Distinct())
        {
            scores[id] = scores[id] < 0 ? scores[id] * settings.RepetitionPenalty : scores[id] / settings.RepetitionPenalty;
        }

        if (settings.NoRepeatNgram > 0)
        {
            var n = settings.NoRepeatNgram;
            for (var token = 0; token < scores.Length; token++)
            {
                int[] next = [.. ids.TakeLast(n - 1), token];
                if (next.Length == n && Enumerable.Range(0, Math.Max(0, ids.Length - n + 1)).Any(i => ids.AsSpan(i, n).SequenceEqual(next)))
                {
                    scores[token] = double.NegativeInfinity;
                }
            }
        }

        if (drawn < settings.MinTokens)
        {
            scores[End] = double.NegativeInfinity;
        }

        scores = [.. scores.Select(score => score / settings.Temperature)];
        if (settings.TopK > 0)
        {
            var least = scores.OrderDescending().ElementAt(Math.Min(settings.TopK, scores.Length) - 1);
            scores = [.. scores.Select(score => score < least ? double.NegativeInfinity : score)];
        }

        var shares = Softmax(scores);
        if (settings.TopP < 1)
        {
            var sum = 0.0;
            foreach (var (token, share) in shares.Index().OrderBy(share => share.Item).ToList())
            {
                sum += share;
                if (sum <= 1 - settings.TopP)
                {
                    scores[token] = double.NegativeInfinity;
                }
            }

            shares = Softmax(scores);
        }

        return shares;
    }

    private static double[] Softmax(double[] scores)
    {
        var highest = scores.Max();
        double[] weights = [.. scores.Select(score => Math.Exp(score - highest))];
        var sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
