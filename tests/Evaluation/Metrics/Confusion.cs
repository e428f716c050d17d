using SocialSentiment.Contracts;

namespace SocialSentiment.Evaluation.Metrics;

/// <summary>How many texts of each label were called what, and what follows from that. All shares are between 0 and 1.</summary>
internal sealed class Confusion
{
    private const int Labels = 3;
    private readonly int[] _counts = new int[Labels * Labels];

    public static IReadOnlyList<SentimentLabel> All { get; } = [SentimentLabel.Negative, SentimentLabel.Neutral, SentimentLabel.Positive];

    public int Total { get; private set; }

    public double Accuracy => Share(All.Sum(label => this[label, label]), Total);

    /// <summary>The mean over the labels that occur: the measure of SemEval-2017 Task 4 A, in which rare labels count as much as frequent ones.</summary>
    public double MacroRecall => All.Where(label => Gold(label) > 0).Select(Recall).DefaultIfEmpty().Average();

    public double MacroF1 => All.Where(label => Gold(label) > 0).Select(F1).DefaultIfEmpty().Average();

    /// <summary>Texts that are the one and were called the other.</summary>
    public int this[SentimentLabel gold, SentimentLabel said] => _counts[((int)gold * Labels) + (int)said];

    public static Confusion Of(IReadOnlyList<SentimentLabel> gold, IReadOnlyList<SentimentLabel> said)
    {
        if (gold.Count != said.Count)
        {
            throw new ArgumentException($"{gold.Count} texts and {said.Count} answers do not belong together.");
        }

        var confusion = new Confusion();
        for (var i = 0; i < gold.Count; i++)
        {
            confusion.Add(gold[i], said[i]);
        }

        return confusion;
    }

    public void Add(SentimentLabel gold, SentimentLabel said)
    {
        _counts[((int)gold * Labels) + (int)said]++;
        Total++;
    }

    public int Gold(SentimentLabel label) => All.Sum(said => this[label, said]);

    public int Said(SentimentLabel label) => All.Sum(gold => this[gold, label]);

    public double Recall(SentimentLabel label) => Share(this[label, label], Gold(label));

    /// <summary>0 for a label that was never given.</summary>
    public double Precision(SentimentLabel label) => Share(this[label, label], Said(label));

    public double F1(SentimentLabel label) => Share(2 * this[label, label], Gold(label) + Said(label));

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
