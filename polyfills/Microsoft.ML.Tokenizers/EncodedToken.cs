namespace Microsoft.ML.Tokenizers;

#pragma warning disable CA2231 // The real struct has no operators.
/// <summary>One token of an encoded text: its id, its spelling in the vocabulary, and where in the text it stands.</summary>
public readonly struct EncodedToken(int id, string value, Range offset) : IEquatable<EncodedToken>
#pragma warning restore CA2231
{
    public int Id { get; } = id;

    public string Value { get; } = value;

    /// <summary>Where the token stands in the text; in the normalized text, if the tokenizer normalizes.</summary>
    public Range Offset { get; } = offset;

    public bool Equals(EncodedToken other) => Id == other.Id && Value == other.Value && Offset.Equals(other.Offset);

    public override bool Equals(object? obj) => obj is EncodedToken other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Id, Value, Offset);
}
