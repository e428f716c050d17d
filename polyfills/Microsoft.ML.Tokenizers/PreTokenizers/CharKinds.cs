using System.Globalization;

namespace Microsoft.ML.Tokenizers;

/// <summary>A kind of character; a struct, so that loops over it are compiled without calls.</summary>
internal interface ICharKind
{
    static abstract bool Contains(char c);
}

/// <summary>What <c>\w</c> matches.</summary>
internal readonly struct WordChar : ICharKind
{
    private const int Categories =
        (1 << (int)UnicodeCategory.UppercaseLetter)
        | (1 << (int)UnicodeCategory.LowercaseLetter)
        | (1 << (int)UnicodeCategory.TitlecaseLetter)
        | (1 << (int)UnicodeCategory.ModifierLetter)
        | (1 << (int)UnicodeCategory.OtherLetter)
        | (1 << (int)UnicodeCategory.NonSpacingMark)
        | (1 << (int)UnicodeCategory.DecimalDigitNumber)
        | (1 << (int)UnicodeCategory.ConnectorPunctuation);

    public static bool Contains(char c) => ((Categories >> (int)char.GetUnicodeCategory(c)) & 1) != 0;
}

/// <summary>What <c>[^\w\s]</c> matches.</summary>
internal readonly struct NonWordChar : ICharKind
{
    public static bool Contains(char c) => !WordChar.Contains(c) && !char.IsWhiteSpace(c);
}

/// <summary>What <c>\s</c> matches.</summary>
internal readonly struct WhiteSpaceChar : ICharKind
{
    public static bool Contains(char c) => char.IsWhiteSpace(c);
}

/// <summary>What <c>\S</c> matches.</summary>
internal readonly struct VisibleChar : ICharKind
{
    public static bool Contains(char c) => !char.IsWhiteSpace(c);
}

/// <summary>What <c>\p{L}</c> matches.</summary>
internal readonly struct LetterChar : ICharKind
{
    public static bool Contains(char c) => char.IsLetter(c);
}

/// <summary>What <c>\p{N}</c> matches.</summary>
internal readonly struct NumberChar : ICharKind
{
    public static bool Contains(char c) => char.IsNumber(c);
}

/// <summary>What <c>[^\s\p{L}\p{N}]</c> matches.</summary>
internal readonly struct SymbolChar : ICharKind
{
    public static bool Contains(char c) => !char.IsWhiteSpace(c) && !char.IsLetter(c) && !char.IsNumber(c);
}
