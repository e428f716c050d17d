namespace SocialSentiment.MlWorker.Inference.Generation;

/// <summary>A language model that goes on with a text. One order at a time; whoever comes meanwhile waits.</summary>
internal interface IGenerator : IAsyncDisposable
{
    /// <summary>Several continuations of one prompt, each with its own luck.</summary>
    /// <param name="onPiece">Hears of every token; null if nobody wants to.</param>
    /// <exception cref="OperationCanceledException">It was called off; the token under way is not waited for.</exception>
    Task<IReadOnlyList<GeneratedText>> GenerateAsync(string prompt, GenerationSettings settings, PieceHandler? onPiece, CancellationToken cancellationToken);
}

/// <summary>How to go on.</summary>
internal sealed record GenerationSettings
{
    /// <summary>Continuations, made as one batch.</summary>
    public int Samples { get; init; } = 1;

    public int MaxTokens { get; init; } = 48;

    /// <summary>The end is not chosen before that.</summary>
    public int MinTokens { get; init; }

    /// <summary>0: the likeliest token, always.</summary>
    public float Temperature { get; init; } = 0.8f;

    /// <summary>Only so many of the likeliest tokens; 0: all.</summary>
    public int TopK { get; init; } = 50;

    /// <summary>Only the likeliest tokens that have this share together; 1: all.</summary>
    public float TopP { get; init; } = 0.95f;

    /// <summary>What was said before, the prompt included, is less likely to be said again; 1: no.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>No so many tokens in a row are said twice; 0: they may be.</summary>
    public int NoRepeatNgram { get; init; }

    /// <summary>Texts at which a continuation ends; they are no part of it.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    public long Seed { get; init; }

    /// <summary>After that the continuations end as they are.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>Hears how a continuation grows.</summary>
/// <param name="text">All of it so far, as far as it is whole letters and cannot be the beginning of a stop.</param>
/// <returns>Whether to go on with this one.</returns>
internal delegate bool PieceHandler(int sample, string text, int tokens);

/// <param name="Text">The continuation, without what it stopped at.</param>
/// <param name="Tokens">How many tokens were drawn for it.</param>
/// <param name="LogLikelihood">Of those tokens, as the model has it before any of the settings.</param>
internal sealed record GeneratedText(string Text, int Tokens, double LogLikelihood, GenerationEnd End);

internal enum GenerationEnd
{
    /// <summary>The model had no more to say.</summary>
    End,

    /// <summary>It came to one of the stops.</summary>
    Stop,

    /// <summary>It was as long as it may be, or the model's positions were used up.</summary>
    Length,

    /// <summary>Time was up.</summary>
    Timeout,

    /// <summary>Whoever listened had heard enough.</summary>
    Withdrawn,
}
