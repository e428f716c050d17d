using SocialSentiment.Api.Http;
using SocialSentiment.Api.Models;
using SocialSentiment.Contracts.Models;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.ServiceDefaults.Http;

namespace SocialSentiment.Api.Replies;

/// <summary>What an order for drafts must be like.</summary>
internal static class ReplyRules
{
    public const int MaxEditedLength = 1_000;
    private const int MaxCount = 5;
    private const int DefaultCount = 3;
    private const int MaxModelLength = 64;

    /// <summary>JavaScript knows no greater whole numbers.</summary>
    private const long MaxSeed = (1L << 53) - 1;

    private const string Generation = "generation";

    public static NewReplyOrder Check(string? tone, int? count, string? model, long? seed, Validation validation)
    {
        if (count is < 1 or > MaxCount)
        {
            validation.Add("count", $"must be 1 to {MaxCount}");
        }

        if (seed is < 0 or > MaxSeed)
        {
            validation.Add("seed", $"must be 0 to {MaxSeed}");
        }

        return new NewReplyOrder(
            PostId: null,
            Revision: null,
            Text: null,
            QueryText.Choice<ReplyTone>(tone, "tone", validation) ?? ReplyTone.Friendly,
            count ?? DefaultCount,
            string.IsNullOrWhiteSpace(model) ? null : QueryText.Text(model.Trim().ToLowerInvariant(), "model", MaxModelLength, validation),
            seed ?? Random.Shared.Next());
    }

    public static string? CheckEdited(string? text, Validation validation)
    {
        var edited = TextRules.Check(text, "text", validation);
        if (edited?.Length > MaxEditedLength)
        {
            validation.Add("text", $"may have up to {MaxEditedLength} characters");
        }

        return edited;
    }

    /// <summary>Why a model cannot write, as far as anybody knows; null if it can.</summary>
    public static (string Detail, int Status)? Refuse(string? model, WorkerRoster roster)
    {
        if (model is null)
        {
            return null;
        }

        var models = ModelsMerge.Merge(roster).Models;
        var writers = models.Where(known => known.Tasks.Contains(Generation)).Select(known => known.Key).ToList();
        return models.FirstOrDefault(known => known.Key == model) switch
        {
            // No worker has ever told of its models: whoever comes will know.
            null when models.Count == 0 => null,
            null => ($"There is no model '{model}'. Drafts are written by: {string.Join(", ", writers)}.", StatusCodes.Status404NotFound),
            var known when !known.Tasks.Contains(Generation) => ($"{model} labels texts and writes none. Drafts are written by: {string.Join(", ", writers)}.", StatusCodes.Status422UnprocessableEntity),
            { State: ModelState.Absent or ModelState.Downloading } => ($"The files of {model} are not here: download it first (POST /models/download on the model service).", StatusCodes.Status409Conflict),
            { State: ModelState.Unavailable } known => (known.Reason ?? $"{model} cannot be used.", StatusCodes.Status409Conflict),
            _ => null,
        };
    }
}
