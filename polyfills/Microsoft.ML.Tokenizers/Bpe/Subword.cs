namespace Microsoft.ML.Tokenizers;

/// <summary>A token of a piece, and how many of the piece's characters, or bytes, it stands for.</summary>
internal readonly record struct Subword(int Id, int Length);
