namespace SocialSentiment.Messaging;

/// <summary>The names of everything that is declared on the broker.</summary>
public static class Queues
{
    /// <summary>Jobs for the worker.</summary>
    public const string Analyze = "analyze";

    /// <summary>Jobs that were in the hands of a worker that died; each is worked on alone.</summary>
    public const string Suspects = "analyze.suspects";

    /// <summary>What the worker found out.</summary>
    public const string Results = "results";

    /// <summary>Orders to draft a reply.</summary>
    public const string Replies = "replies";

    /// <summary>What the worker has drafted.</summary>
    public const string ReplyResults = "reply-results";

    /// <summary>Requests of callers that wait for the answer.</summary>
    public const string Predict = "predict";

    /// <summary>What nobody could work on, with the reason.</summary>
    public const string Dead = "dead";

    /// <summary>The exchange of the live events: every replica that listens has a queue of its own behind it.</summary>
    public const string Events = "events";

    /// <summary>The exchange on which worker replicas agree on the active model.</summary>
    public const string Models = "models";

    /// <summary>The exchange on which replicas of the API tell each other of their circuit breakers.</summary>
    public const string Failsafe = "failsafe";

    /// <summary>The exchange on which workers say how far drafts are, and the API which of them nobody wants any more.</summary>
    public const string ReplyProgress = "reply-progress";

    /// <summary>The exchange in front of <see cref="Dead"/>.</summary>
    public const string DeadLetters = "dead-letters";
}
