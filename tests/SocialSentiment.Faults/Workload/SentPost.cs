namespace SocialSentiment.Faults.Workload;

/// <summary>One post as its sender knows it: what was asked for, what was answered, and what nobody can know.</summary>
internal sealed class SentPost
{
    private readonly HashSet<Guid> _ids = [];
    private readonly List<string> _texts;

    public SentPost(string marker, string text)
    {
        Marker = marker;
        _texts = [text];
    }

    /// <summary>Is in the text in brackets, and in no other post's.</summary>
    public string Marker { get; }

    /// <summary>The id under which it was answered; several are a duplicate.</summary>
    public IReadOnlyCollection<Guid> Ids
    {
        get
        {
            lock (_ids)
            {
                return [.. _ids];
            }
        }
    }

    public bool Acknowledged => Ids.Count > 0;

    public Guid Id => Ids.First();

    /// <summary>The newest revision that was answered.</summary>
    public int Revision { get; private set; } = 1;

    /// <summary>An edit was sent whose answer never came.</summary>
    public bool MaybeEdited { get; private set; }

    public bool Deleted { get; set; }

    /// <summary>A deletion was sent whose answer never came.</summary>
    public bool MaybeDeleted { get; set; }

    /// <summary>Made so that it cannot be analysed.</summary>
    public bool Poisonous { get; init; }

    /// <summary>Its texts by revision; the last one may be a maybe.</summary>
    public IReadOnlyList<string> Texts => _texts;

    public void Answered(Guid id)
    {
        lock (_ids)
        {
            _ids.Add(id);
        }
    }

    public void Editing(string text)
    {
        _texts.Add(text);
        MaybeEdited = true;
    }

    public void Edited()
    {
        Revision++;
        MaybeEdited = false;
    }

    /// <summary>The edit was refused: it did not happen.</summary>
    public void NotEdited()
    {
        _texts.RemoveAt(_texts.Count - 1);
        MaybeEdited = false;
    }
}
