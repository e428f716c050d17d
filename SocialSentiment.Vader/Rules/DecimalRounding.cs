namespace SocialSentiment.Vader.Rules;

/// <summary>
/// Rounds the exact value of a double, as Python's <c>round</c> does. <see cref="Math.Round(double, int)"/> rounds the
/// product with a power of ten, in which the error of the multiplication may have made or hidden a tie.
/// </summary>
internal static class DecimalRounding
{
    public static double ToThree(double value) => Round(value, 1e3);

    public static double ToFour(double value) => Round(value, 1e4);

    private static double Round(double value, double scale)
    {
        var scaled = value * scale;
        var rounded = Math.Round(scaled, MidpointRounding.ToEven);
        if (Math.Abs(scaled - Math.Truncate(scaled)) == 0.5)
        {
            // Only here can the error, which the fused operation yields exactly, tip the balance.
            var error = Math.FusedMultiplyAdd(value, scale, -scaled);
            rounded = error == 0 ? rounded : error > 0 ? Math.Ceiling(scaled) : Math.Floor(scaled);
        }

        return rounded / scale;
    }
}
