namespace SocialSentiment.Web.Components.Status;

/// <summary>What the page says of a part of the stack.</summary>
public enum PartState
{
    /// <summary>Not looked at yet.</summary>
    Checking,

    /// <summary>Works.</summary>
    Running,

    /// <summary>Works, but not as it should.</summary>
    Degraded,

    /// <summary>Somebody asked it and it does not work.</summary>
    Down,

    /// <summary>It does not answer at all.</summary>
    Unreachable,

    /// <summary>The one who would know is away.</summary>
    Unknown,
}
