namespace SocialSentiment.ServiceDefaults.Faults;

/// <summary>The error that a failpoint was asked for.</summary>
public sealed class FailpointException(string name) : Exception($"Failpoint {name} was asked to throw.");
