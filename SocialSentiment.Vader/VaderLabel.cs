namespace SocialSentiment.Vader;

/// <summary>The three answers to "how does the writer feel?".</summary>
public enum VaderLabel
{
    Negative = -1,
    Neutral = 0,
    Positive = 1,
}
