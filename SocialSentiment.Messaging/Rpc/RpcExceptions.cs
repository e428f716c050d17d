namespace SocialSentiment.Messaging;

/// <summary>Nobody answered in time.</summary>
public sealed class RpcTimeoutException(string message) : Exception(message);

/// <summary>The queue is full, or who should answer has no room for more.</summary>
public sealed class RpcOverloadedException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>Who should answer tried and failed.</summary>
public sealed class RpcFailedException(string message) : Exception(message);

/// <summary>There is no broker, or no such queue.</summary>
public sealed class RpcUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
