using System.Globalization;
using System.Text;

namespace SocialSentiment.Bench.Inference;

/// <summary>A line over time as SVG, to be read on light and on dark pages.</summary>
internal static class LineGraph
{
    private const int Width = 760;
    private const int Height = 320;
    private const int Left = 64;
    private const int Right = 20;
    private const int Top = 44;
    private const int Bottom = 44;

    public static string Draw(string title, string unit, IReadOnlyList<MemorySample> samples)
    {
        var minutes = samples[^1].Seconds / 60;
        var top = Ceiling(1.1 * samples.Max(sample => sample.Megabytes));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{Width}} {{Height}}" role="img" aria-label="{{title}}">
              <style>
                text { font: 13px system-ui, sans-serif; fill: #333 }
                .title { font-size: 15px; font-weight: 600 }
                .grid { stroke: #ccc; stroke-width: 1 }
                .line { fill: none; stroke: #1668b8; stroke-width: 2; stroke-linejoin: round }
                @media (prefers-color-scheme: dark) { text { fill: #ddd } .grid { stroke: #555 } .line { stroke: #6cb6ff } }
              </style>
              <text class="title" x="{{Left}}" y="24">{{title}}</text>

            """);
        for (var i = 0; i <= 4; i++)
        {
            var (value, time) = (top * i / 4, minutes * i / 4);
            svg.Append(CultureInfo.InvariantCulture, $"""
                  <line class="grid" x1="{Left}" x2="{Width - Right}" y1="{Y(value):0.#}" y2="{Y(value):0.#}"/>
                  <text x="{Left - 8}" y="{Y(value) + 4:0.#}" text-anchor="end">{value:0}</text>
                  <text x="{X(time * 60):0.#}" y="{Height - Bottom + 20}" text-anchor="{(i == 4 ? "end" : "middle")}">{time:0.#}{(i == 4 ? " min" : "")}</text>

                """);
        }

        var points = samples.Select(sample => string.Create(CultureInfo.InvariantCulture, $"{X(sample.Seconds):0.#},{Y(sample.Megabytes):0.#}"));
        svg.Append(CultureInfo.InvariantCulture, $"""
              <polyline class="line" points="{string.Join(' ', points)}"/>
              <text x="{Left - 8}" y="{Top - 12}" text-anchor="end">{unit}</text>
            </svg>

            """);
        return svg.ToString();

        double X(double seconds) => Left + (seconds / 60 / minutes * (Width - Left - Right));
        double Y(double value) => Height - Bottom - (value / top * (Height - Top - Bottom));
    }

    /// <summary>The next number that four lines divide into round ones.</summary>
    private static double Ceiling(double value)
    {
        var step = Math.Pow(10, Math.Floor(Math.Log10(value))) / 5;
        return Math.Ceiling(value / 4 / step) * 4 * step;
    }
}
