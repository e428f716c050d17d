using System.Globalization;
using System.Text.Json;

namespace SocialSentiment.Bench.Limits;

/// <summary>Sets the loads of a run of <c>bench/run</c> beside the limits that were measured in the same run.</summary>
internal static class Ratios
{
    private static readonly (string Name, string Load, string Rate, string Limit, string LimitName)[] s_pairs =
    [
        ("1 sender, accepted", "single_1", "accepted_per_second", "inserts_1", "inserts, 1 client"),
        ("8 senders, accepted", "single_8", "accepted_per_second", "inserts_8", "inserts, 8 clients"),
        ("32 senders, accepted", "single_32", "accepted_per_second", "inserts_8", "inserts, 8 clients"),
        ("32 senders, labelled", "single_32", "labelled_per_second", "inserts_8", "inserts, 8 clients"),
        ("batches of 100, accepted", "batch", "accepted_per_second", "inserts_8", "inserts, 8 clients"),
        ("batches of 100, labelled", "batch", "labelled_per_second", "publish_confirm_consume", "publish, confirm, consume"),
    ];

    public static void Print(string folder)
    {
        Table.Print(
            ["What the platform does", "posts/s", "What the server alone does", "per second", "ratio"],
            s_pairs.Select(pair =>
            {
                var (rate, limit) = (Read(folder, pair.Load, pair.Rate), Read(folder, "limits", pair.Limit));
                return (string[])[pair.Name, Number(rate, "0"), pair.LimitName, Number(limit, "0"), Number(rate / limit, "0.00")];
            }));
    }

    private static double Read(string folder, string file, string name)
    {
        using var numbers = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, $"{file}.json")));
        return numbers.RootElement.GetProperty(name).GetDouble();
    }

    private static string Number(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
