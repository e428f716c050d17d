namespace SocialSentiment.MlWorker.Inference.Tokenization;

/// <summary>Turns texts into the numbers that one model was trained on. Safe to use from many threads at once.</summary>
internal interface ITextTokenizer
{
    /// <summary>The longest input in tokens, the special ones included.</summary>
    int MaxTokens { get; }

    /// <summary>What fills up the shorter texts of a batch.</summary>
    int PadId { get; }

    /// <summary>
    /// Writes the ids of a text, with the special tokens around it, and says how many there are. What does not fit is cut
    /// off at the end, and the special tokens stay.
    /// </summary>
    /// <param name="ids">At least 3 long; no more than its length is written.</param>
    int Encode(string text, Span<int> ids);

    /// <summary>The same without special tokens and without the model's own limit: for the pieces of a prompt.</summary>
    int EncodePlain(string text, Span<int> ids);
}

/// <summary>What is done to a text before it is tokenized, because it was done in training.</summary>
internal enum TextNormalization
{
    None,

    /// <summary>Of the words between blanks, mentions become <c>@user</c> and links <c>http</c>, as in cardiffnlp's models.</summary>
    Tweets,

    /// <summary>As <see cref="Tweets"/>, but wherever in a word they stand; HTML is decoded, and white space is one blank: the embedded model.</summary>
    Compact,
}
