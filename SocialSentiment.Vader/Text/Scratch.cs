using System.Runtime.InteropServices;

namespace SocialSentiment.Vader.Text;

/// <summary>The working memory of one analysis, kept per thread so that the next analysis allocates nothing.</summary>
internal sealed class Scratch
{
    /// <summary>A buffer that grew beyond this (no post does that) is given back rather than held by the thread for ever.</summary>
    private const int LargestKept = 64 * 1024;

    [ThreadStatic]
    private static Scratch? s_scratch;

    /// <summary>The text with its emoji spelled out.</summary>
    public List<char> Expanded { get; } = [];

    /// <summary>The words in lower case, a space between each two.</summary>
    public List<char> Folded { get; } = [];

    public List<Word> Words { get; } = [];

    /// <summary>What each word contributes.</summary>
    public List<double> Valences { get; } = [];

    public static Scratch ForThisThread() => s_scratch ??= new Scratch();

    public static Span<T> Span<T>(List<T> list) => CollectionsMarshal.AsSpan(list);

    /// <summary>The list's items as a span of exactly this length, to be overwritten.</summary>
    public static Span<T> Span<T>(List<T> list, int length)
    {
        CollectionsMarshal.SetCount(list, length);
        return Span(list);
    }

    public void Trim()
    {
        if (Expanded.Capacity > LargestKept || Folded.Capacity > LargestKept)
        {
            s_scratch = null;
        }
    }
}
