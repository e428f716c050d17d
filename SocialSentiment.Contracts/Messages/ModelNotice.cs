using SocialSentiment.Contracts.Models;

namespace SocialSentiment.Contracts.Messages;

/// <summary>What worker replicas tell each other, and whoever else listens, about models; travels on the exchange <c>models</c>.</summary>
/// <param name="From">The replica that says it.</param>
/// <param name="Activation">The last activation that it knows of, if there ever was one.</param>
/// <param name="Asks">Whether it has just come and wants to hear what the others know.</param>
/// <param name="Download">How far a download of the sender is.</param>
/// <param name="CancelDownload">The model whose download shall end, wherever it runs.</param>
/// <param name="Models">What the sender has, for those who only want to know; other workers need not look at it.</param>
/// <param name="Leaves">Whether the sender stops and is not to be counted on any more.</param>
public sealed record ModelNotice(
    string From,
    ModelActivation? Activation = null,
    bool Asks = false,
    DownloadResponse? Download = null,
    string? CancelDownload = null,
    ModelListResponse? Models = null,
    bool Leaves = false);

/// <summary>The decision that a model shall serve. Of two, the one with the greater number holds; then the later one; then the one by the greater name.</summary>
/// <param name="Key">The model's key in the catalog.</param>
/// <param name="Version">Its exact version.</param>
/// <param name="Number">Counts decisions, over all replicas.</param>
/// <param name="At">When it was made.</param>
/// <param name="By">Who made it.</param>
/// <param name="Replica">Where it was made.</param>
/// <param name="Repository">Of a model that somebody added: where a replica that has not heard of it gets it.</param>
/// <param name="Revision">The revision of the repository.</param>
/// <param name="Commit">The very commit that the version was made of: branches move on.</param>
public sealed record ModelActivation(
    string Key,
    string Version,
    long Number,
    DateTimeOffset At,
    string By,
    string Replica,
    string? Repository = null,
    string? Revision = null,
    string? Commit = null)
{
    public bool IsNewerThan(ModelActivation? other)
        => other is null || (Number, At).CompareTo((other.Number, other.At)) switch
        {
            0 => string.CompareOrdinal(Replica, other.Replica) > 0,
            var order => order > 0,
        };
}
