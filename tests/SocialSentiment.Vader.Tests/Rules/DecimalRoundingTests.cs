using SocialSentiment.Vader.Rules;

namespace SocialSentiment.Vader.Tests.Rules;

/// <summary>Ties as Python's <c>round</c> decides them: by the exact value of the double, to even where that is a tie.</summary>
public sealed class DecimalRoundingTests
{
    [Theory]
    [InlineData(0.0625, 0.062)]
    [InlineData(0.1875, 0.188)]
    [InlineData(0.0005, 0.001)]
    [InlineData(0.0025, 0.003)]
    [InlineData(0.5005, 0.5)]
    [InlineData(0.99951171875, 1)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void To_three(double value, double rounded) => Assert.Equal(rounded, DecimalRounding.ToThree(value));

    [Theory]
    [InlineData(0.00005, 0.0001)]
    [InlineData(0.00015, 0.0001)]
    [InlineData(0.00025, 0.0003)]
    [InlineData(0.12345, 0.1235)]
    [InlineData(0.02155, 0.0215)]
    [InlineData(0.89165, 0.8917)]
    [InlineData(0.97095, 0.9709)]
    [InlineData(0.03125, 0.0312)]
    [InlineData(0.09375, 0.0938)]
    [InlineData(-0.03125, -0.0312)]
    [InlineData(-0.00015, -0.0001)]
    [InlineData(-1, -1)]
    public void To_four(double value, double rounded) => Assert.Equal(rounded, DecimalRounding.ToFour(value));
}
