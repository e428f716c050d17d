using System.Collections.Concurrent;

namespace SocialSentiment.Faults.Workload;

/// <summary>What the clients did and were told.</summary>
internal sealed class History(string source)
{
    private readonly ConcurrentQueue<SentPost> _posts = new();
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly ConcurrentQueue<string> _unexpected = new();
    private int _numbers;

    /// <summary>The source of all these posts, and of no others.</summary>
    public string Source => source;

    public IReadOnlyCollection<SentPost> Posts => _posts;

    public int Acknowledged => _posts.Count(post => post.Acknowledged);

    /// <summary>Answers by status, or by the error that came in place of one.</summary>
    public IReadOnlyDictionary<string, int> Answers => _answers;

    /// <summary>Answers that no fault explains.</summary>
    public IReadOnlyCollection<string> Unexpected => _unexpected;

    /// <summary>A post about to be sent.</summary>
    public SentPost Begin(string words, bool poisonous = false)
    {
        var marker = $"{source}/{Interlocked.Increment(ref _numbers)}";
        var post = new SentPost(marker, $"{words} [{marker}]") { Poisonous = poisonous };
        _posts.Enqueue(post);
        return post;
    }

    public void Count(string answer) => _answers.AddOrUpdate(answer, 1, (_, count) => count + 1);

    public void Unexplained(string what) => _unexpected.Enqueue(what);

    public override string ToString()
        => $"{_posts.Count} posts sent, {Acknowledged} acknowledged, {_posts.Count(post => post.Revision > 1)} edited, {_posts.Count(post => post.Deleted)} deleted; answers: "
            + string.Join(", ", _answers.OrderBy(answer => answer.Key, StringComparer.Ordinal).Select(answer => $"{answer.Key}: {answer.Value}"));
}
