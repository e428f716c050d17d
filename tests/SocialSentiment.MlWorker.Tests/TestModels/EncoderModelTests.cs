using SocialSentiment.TestModels.Encoders;
using SocialSentiment.TestModels.Weights;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.TestModels;

public sealed class EncoderModelTests
{
    private static readonly int[][] s_texts = [[2, 17, 31, 8, 45, 3], [2, 9, 3], [2, 50, 51, 52, 53, 54, 55, 56, 57, 58, 3], [2, 3]];

    public static TheoryData<EncoderKind> Kinds => [EncoderKind.Bert, EncoderKind.DistilBert, EncoderKind.Roberta];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_runtime_answers_what_the_reference_computes_for_a_padded_batch(EncoderKind kind)
    {
        var weights = Seeded(kind);
        var batch = new EncoderBatch(weights.Config.PadId, s_texts);

        AssertEqual(Expect(weights, batch), Run(weights, Precision.Full, batch), 1e-4);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Filling_up_changes_nothing(EncoderKind kind)
    {
        var weights = Seeded(kind);
        var labels = weights.Config.Labels.Count;

        var together = Run(weights, Precision.Full, new EncoderBatch(weights.Config.PadId, s_texts));

        for (var i = 0; i < s_texts.Length; i++)
        {
            var alone = Run(weights, Precision.Full, new EncoderBatch(weights.Config.PadId, s_texts[i]));
            AssertEqual([.. alone.Select(value => (double)value)], together[(i * labels)..((i + 1) * labels)], 1e-4);
        }
    }

    [Fact]
    public void Bert_tells_the_second_segment_from_the_first()
    {
        var weights = Seeded(EncoderKind.Bert);
        var batch = new EncoderBatch(weights.Config.PadId, s_texts);
        var first = Run(weights, Precision.Full, batch);
        batch.Types.AsSpan(3, 3).Fill(1);

        var second = Run(weights, Precision.Full, batch);

        Assert.NotEqual(first, second);
        AssertEqual(Expect(weights, batch), second, 1e-4);
    }

    /// <summary>8 bits in 2 layers of width 32 are this coarse: the logits themselves are around 1.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Int8_stays_near_the_reference(EncoderKind kind)
    {
        var weights = Seeded(kind);
        var batch = new EncoderBatch(weights.Config.PadId, s_texts);

        AssertEqual(Expect(weights, batch), Run(weights, Precision.Quantized, batch), 0.1);
    }

    [Theory]
    [InlineData(EncoderKind.Bert, "input_ids attention_mask token_type_ids")]
    [InlineData(EncoderKind.DistilBert, "input_ids attention_mask")]
    [InlineData(EncoderKind.Roberta, "input_ids attention_mask")]
    public void Inputs_and_outputs_are_called_as_in_the_hub(EncoderKind kind, string inputs)
    {
        using var session = new Session(EncoderNetwork.Model(Seeded(kind)));

        Assert.Equal(inputs.Split(' '), session.Inputs);
        Assert.Equal(["logits"], session.Outputs);
    }

    [Fact]
    public void The_same_seed_makes_the_same_file_and_another_seed_another()
    {
        var config = EncoderConfig.Tiny(EncoderKind.Bert) with { VocabularySize = 64 };

        var model = EncoderNetwork.Model(EncoderWeights.Seeded(config)).ToArray();

        Assert.Equal(model, EncoderNetwork.Model(EncoderWeights.Seeded(config)).ToArray());
        Assert.NotEqual(model, EncoderNetwork.Model(EncoderWeights.Seeded(config with { Seed = 2 })).ToArray());
    }

    private static EncoderWeights Seeded(EncoderKind kind) => EncoderWeights.Seeded(EncoderConfig.Tiny(kind) with { VocabularySize = 64 });

    private static float[] Run(EncoderWeights weights, Precision precision, EncoderBatch batch)
    {
        using var session = new Session(EncoderNetwork.Model(weights, precision));
        var (values, shape) = session.Logits(batch);
        Assert.Equal([batch.Shape[0], weights.Config.Labels.Count], shape);
        return values;
    }

    private static double[] Expect(EncoderWeights weights, EncoderBatch batch)
    {
        var reference = new ReferenceEncoder(weights);
        return
        [
            .. Enumerable.Range(0, (int)batch.Shape[0])
                .SelectMany(row => reference.Logits(batch.RowOf(batch.Ids, row), batch.RowOf(batch.Mask, row), batch.RowOf(batch.Types, row))),
        ];
    }

    private static void AssertEqual(double[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(actual, (value, i) => Assert.Equal(expected[i], value, tolerance));
    }
}
