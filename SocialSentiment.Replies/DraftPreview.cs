namespace SocialSentiment.Replies;

/// <summary>A draft that is still being written, as far as it may be shown.</summary>
/// <param name="Text">Whole words; empty at first.</param>
/// <param name="Refusal">Why it is withdrawn, if it is: then there is no text, and no sense in writing on.</param>
public sealed record DraftPreview(string Text, DraftRefusal? Refusal)
{
    /// <param name="situation">What is replied to, and how.</param>
    /// <param name="raw">All that the model wrote so far.</param>
    /// <param name="isTaught">Whether the model was taught our own replies and nothing else.</param>
    public static DraftPreview Of(ReplySituation situation, string raw, bool isTaught = false)
    {
        ArgumentNullException.ThrowIfNull(situation);
        ArgumentNullException.ThrowIfNull(raw);
        var kind = PostKinds.Of(situation);
        if (kind == PostKind.Crisis)
        {
            return new DraftPreview("", new DraftRefusal(DraftFault.Crisis, "a person wrote the answers to such posts"));
        }

        var text = DraftCleaner.CleanStart(raw);
        if (DraftSafety.Check(text, situation.Text, isPartial: true) is { } unsafeDraft)
        {
            return new DraftPreview("", unsafeDraft);
        }

        var safe = text[..DraftSafety.SafeLength(text, situation.Text)];
        return (DraftTone.Check(kind, situation, safe) ?? (isTaught ? DraftField.MadeUp(safe, situation.Text) : null)) is { } off ? new DraftPreview("", off) : new DraftPreview(safe, null);
    }
}
