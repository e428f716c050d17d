namespace SocialSentiment.Replies;

/// <summary>What kind of post it is, as far as the answer depends on it.</summary>
public enum PostKind
{
    /// <summary>One that says something.</summary>
    Plain,

    /// <summary>One that asks something.</summary>
    Question,

    /// <summary>One that says thanks.</summary>
    Thanks,

    /// <summary>One in capitals.</summary>
    Shouting,

    /// <summary>One without words.</summary>
    Emoji,

    /// <summary>About death or illness.</summary>
    Grief,

    /// <summary>About people who are hurt by people.</summary>
    Violence,

    /// <summary>By somebody who might hurt themselves.</summary>
    Crisis,

    /// <summary>Not in English.</summary>
    Foreign,
}
