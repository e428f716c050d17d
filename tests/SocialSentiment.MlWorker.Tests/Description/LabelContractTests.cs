using SocialSentiment.MlWorker.Models.Description;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Description;

public sealed class LabelContractTests
{
    [Theory]
    [InlineData("negative,neutral,positive", "NTP")]
    [InlineData("Positive,Negative,Neutral", "PNT")]
    [InlineData("NEG,NEU,POS", "NTP")]
    [InlineData("NEGATIVE,POSITIVE", "NP")]
    [InlineData("pos,neg", "PN")]
    [InlineData("1 star,2 stars,3 stars,4 stars,5 stars", "NNTPP")]
    [InlineData("5 STARS,4 stars,3 Stars,2 stars,1 Star", "PPTNN")]
    [InlineData("Very Negative,Negative,Neutral,Positive,Very Positive", "NNTPP")]
    [InlineData("very_negative,negative,neutral,positive,very-positive", "NNTPP")]
    public void Outputs_are_known_by_their_names_in_any_order(string labels, string meanings)
    {
        var contract = LabelContract.From(labels.Split(','));
        Assert.Equal(meanings.Contains('T'), contract.CanSayNeutral);
        for (var i = 0; i < meanings.Length; i++)
        {
            var logits = new float[meanings.Length];
            logits[i] = 50;
            Assert.Equal(meanings[i], "NTP"[LargestOf(Map(contract, logits))]);
        }
    }

    [Theory]
    [InlineData("", "have no names")]
    [InlineData("positive", "one output only, called positive")]
    [InlineData("LABEL_0,LABEL_1,LABEL_2", "only numbered (LABEL_0 to LABEL_2)")]
    [InlineData("0,1", "only numbered (0 to 1)")]
    [InlineData("joy,anger", "its outputs (joy, anger) do not map onto negative, neutral and positive")]
    [InlineData("negative,neutral", "do not map")]
    [InlineData("negative,neutral,positive,mixed", "do not map")]
    [InlineData("negative,Negative,positive", "do not map")]
    [InlineData("1 star,2 stars,4 stars,5 stars", "do not map")]
    [InlineData("1 star,1 star,3 stars,4 stars,5 stars", "do not map")]
    public void Outputs_that_mean_something_else_are_refused_with_the_reason(string labels, string reason)
    {
        var error = Assert.Throws<ModelFilesException>(() => LabelContract.From(labels.Split(',', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_probabilities_of_outputs_with_one_meaning_add_up()
    {
        var contract = LabelContract.From(["1 star", "2 stars", "3 stars", "4 stars", "5 stars"]);
        var probabilities = Map(contract, [0, 1, 2, 3, 4]);
        var sum = Enumerable.Range(0, 5).Sum(i => Math.Exp(i));
        Assert.Equal((1 + Math.E) / sum, probabilities[0], 12);
        Assert.Equal(Math.Exp(2) / sum, probabilities[1], 12);
        Assert.Equal((Math.Exp(3) + Math.Exp(4)) / sum, probabilities[2], 12);
    }

    [Fact]
    public void Two_classes_never_make_a_neutral_text()
    {
        var probabilities = Map(LabelContract.From(["NEGATIVE", "POSITIVE"]), [0.1f, 0.1f]);
        Assert.Equal([0.5, 0, 0.5], probabilities);
    }

    [Theory]
    [InlineData(-3.4e38f, 3.4e38f)]
    [InlineData(3.4e38f, 3.3e38f)]
    [InlineData(-3.4e38f, -3.3e38f)]
    [InlineData(1000f, 999f)]
    public void Outputs_beyond_all_measure_still_make_probabilities(float negative, float positive)
    {
        var probabilities = Map(LabelContract.From(["negative", "positive"]), [negative, positive]);
        Assert.Equal(1, probabilities.Sum(), 12);
        Assert.Equal(negative > positive, probabilities[0] > probabilities[2]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_network_that_lost_its_numbers_has_no_opinion(float broken)
    {
        var probabilities = new double[] { 7, 8, 9 };
        Assert.False(LabelContract.From(["negative", "neutral", "positive"]).TryMap([1, broken, 2], probabilities));
        Assert.Equal([7, 8, 9], probabilities);
    }

    [Fact]
    public void Mapping_allocates_nothing()
    {
        var contract = LabelContract.From(["negative", "neutral", "positive"]);
        ReadOnlySpan<float> logits = [1, 2, 3];
        Span<double> probabilities = stackalloc double[3];
        contract.TryMap(logits, probabilities);
        var before = GC.GetAllocatedBytesForCurrentThread();
        contract.TryMap(logits, probabilities);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static double[] Map(LabelContract contract, float[] logits)
    {
        var probabilities = new double[3];
        Assert.True(contract.TryMap(logits, probabilities));
        return probabilities;
    }

    private static int LargestOf(double[] values) => Array.IndexOf(values, values.Max());
}
