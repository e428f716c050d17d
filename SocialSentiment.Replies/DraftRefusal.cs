namespace SocialSentiment.Replies;

/// <summary>What is wrong with a draft.</summary>
public enum DraftFault
{
    /// <summary>Nothing of use was left of it.</summary>
    Empty,

    /// <summary>A slur, or a word that nobody says to customers.</summary>
    Profanity,

    /// <summary>It threatens somebody.</summary>
    Threat,

    /// <summary>It insults somebody.</summary>
    Insult,

    /// <summary>It holds what identifies a person or a purchase.</summary>
    PersonalData,

    /// <summary>It leads elsewhere.</summary>
    Link,

    /// <summary>It promises something.</summary>
    Promise,

    /// <summary>It states what nobody knows to be true.</summary>
    InventedFact,

    /// <summary>It says who is to blame, or speaks of courts.</summary>
    Liability,

    /// <summary>It gives medical, legal or financial advice.</summary>
    Advice,

    /// <summary>It holds pieces of the prompt.</summary>
    PromptLeftover,

    /// <summary>It says who or what its author is.</summary>
    Identity,

    /// <summary>It tells people to click, to buy or to give away what is secret.</summary>
    Command,

    /// <summary>It is cheerful to somebody angry, or sorry for somebody happy.</summary>
    OffTone,

    /// <summary>It is in another language than the post.</summary>
    Language,

    /// <summary>The post is one that no machine answers in words of its own.</summary>
    Crisis,

    /// <summary>It says the post over again, or an example.</summary>
    Copy,

    /// <summary>It says what a better one says.</summary>
    Duplicate,

    /// <summary>It is no worse than others in kind, but not good enough.</summary>
    Weak,
}

/// <summary>Why a draft is not shown.</summary>
/// <param name="Fault">What is wrong with it.</param>
/// <param name="Reason">The same for people.</param>
public sealed record DraftRefusal(DraftFault Fault, string Reason);
