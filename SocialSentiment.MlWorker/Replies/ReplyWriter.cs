using System.Diagnostics;
using Microsoft.Extensions.Options;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Generation;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.Replies;
using SocialSentiment.ServiceDefaults;

namespace SocialSentiment.MlWorker.Replies;

/// <summary>
/// Makes drafts of an order: has a language model write more than are wanted, and keeps the best that may be shown. What it
/// cannot or may not write, templates say.
/// </summary>
internal sealed partial class ReplyWriter(
    ModelCatalog catalog,
    GeneratorHost generators,
    ISentimentAnalyzer analyzer,
    Publisher publisher,
    IOptions<ReplyOptions> options,
    ReplyMetrics metrics,
    ServiceInfo service,
    TimeProvider time,
    ILogger<ReplyWriter> logger)
{
    /// <summary>More of them push each other out of the caches.</summary>
    private const int MostCandidates = 10;

    /// <summary>As much of a post as is read, in characters; less where letters take several tokens.</summary>
    private static readonly int[] s_postLengths = [280, 140, 60, 20];

    /// <param name="isSafeOnly">The model is not to be asked.</param>
    public async Task<ReplyResult> WriteAsync(ReplyJob job, bool isSafeOnly, CancellationToken cancellationToken)
    {
        var (startedAt, started) = (time.GetUtcNow(), time.GetTimestamp());
        await using var progress = new ProgressTeller(publisher, job.JobId, job.Count);
        var situation = new ReplySituation(job.Text, job.Label ?? await FeelAsync(job.Text, cancellationToken), job.Tone);
        var written = isSafeOnly
            ? new Written(Templates.Key, Templates.Version, [], "Workers died with this order in hand, and the model was not asked again: these are templates.")
            : await TryWriteAsync(job, situation, progress, cancellationToken);

        var field = DraftField.Gather(situation, written.Candidates, job.Seed);
        var selection = field.Select(job.Count, await SoundAsync(field.Texts, cancellationToken));
        metrics.Written(written.Model, selection, time.GetElapsedTime(started));
        return new ReplyResult(
            job.JobId,
            situation.Label,
            [
                .. selection.Drafts.Select(draft => draft.Source == ReplySource.Model
                    ? new WrittenReply(draft.Text, draft.Source, written.Model, written.Version, draft.Score)
                    : new WrittenReply(draft.Text, draft.Source, Templates.Key, Templates.Version, draft.Score)),
            ],
            written.Note,
            service.Instance,
            startedAt);
    }

    private async Task<Written> TryWriteAsync(ReplyJob job, ReplySituation situation, ProgressTeller progress, CancellationToken cancellationToken)
    {
        var key = job.Model ?? options.Value.Model;
        try
        {
            var entry = catalog.Get(key);
            return entry.Family switch
            {
                ModelFamily.Templates => new Written(Templates.Key, Templates.Version, [], Note: null),
                _ => await GenerateAsync(entry, job, situation, progress, cancellationToken),
            };
        }
        catch (ModelException error)
        {
            LogCannotWrite(key, error.Message);
            return new Written(key, "", [], $"{key} could not write, these are templates. {error.Message}");
        }
    }

    private async Task<Written> GenerateAsync(ModelEntry entry, ReplyJob job, ReplySituation situation, ProgressTeller progress, CancellationToken cancellationToken)
    {
        using var lease = await generators.LeaseAsync(entry.Key, cancellationToken);
        var settings = options.Value;
        foreach (var length in s_postLengths)
        {
            var prompt = entry.KnowsReplies ? ReplyPrompt.ForOwnModel(situation, length) : ReplyPrompt.ForPlainModel(situation, length);
            try
            {
                var texts = await lease.Generator.GenerateAsync(
                    prompt.Text,
                    new GenerationSettings
                    {
                        Samples = Math.Min(MostCandidates, job.Count * settings.CandidatesPerDraft),
                        MaxTokens = settings.MaxTokens,
                        MinTokens = 2,
                        Temperature = settings.Temperature,
                        TopP = settings.TopP,
                        NoRepeatNgram = 4,
                        Stop = prompt.Stop,
                        Seed = job.Seed,
                        Timeout = settings.Timeout,
                    },
                    (sample, text, _) => Show(progress, situation, sample, text),
                    cancellationToken);
                return new Written(entry.Key, lease.Identity.Version, Candidates(texts), Note: null);
            }
            catch (ModelException error) when (error.Error == ModelError.TooLarge && length > s_postLengths[^1])
            {
                // Its letters take more tokens than others.
            }
        }

        throw new UnreachableException();
    }

    /// <summary>Shows as much as may be shown; what may not is not written on.</summary>
    private static bool Show(ProgressTeller progress, ReplySituation situation, int sample, string text)
    {
        var preview = DraftPreview.Of(situation, text);
        progress.Set(sample, preview.Refusal is null ? preview.Text : null);
        return preview.Refusal is null;
    }

    private static List<DraftCandidate> Candidates(IReadOnlyList<GeneratedText> texts)
        => [.. texts.Select(text => new DraftCandidate(
            text.Text, text.LogLikelihood is var likelihood and not 0 && text.Tokens > 0 ? likelihood / text.Tokens : null, text.End is GenerationEnd.End or GenerationEnd.Stop))];

    private async Task<SentimentLabel> FeelAsync(string text, CancellationToken cancellationToken)
        => (await SoundAsync([text], cancellationToken))[0] switch
        {
            var (negative, neutral, positive) when negative >= neutral && negative >= positive => SentimentLabel.Negative,
            var (_, neutral, positive) when neutral >= positive => SentimentLabel.Neutral,
            _ => SentimentLabel.Positive,
        };

    /// <summary>How texts sound to the model that labels posts, or to the lexicon where that cannot say.</summary>
    private async Task<IReadOnlyList<(double Negative, double Neutral, double Positive)>> SoundAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await analyzer.AnalyzeAsync(texts, cancellationToken)).Select(analysis => (analysis.Probabilities.Negative, analysis.Probabilities.Neutral, analysis.Probabilities.Positive))];
        }
        catch (ModelException error)
        {
            LogCannotSound(error.Message);
            return DraftScore.ByLexicon(texts);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Model} cannot write drafts: {Reason}")]
    private partial void LogCannotWrite(string model, string reason);

    [LoggerMessage(LogLevel.Warning, "Drafts are judged by the lexicon: {Reason}")]
    private partial void LogCannotSound(string reason);

    /// <summary>What a model wrote.</summary>
    private sealed record Written(string Model, string Version, IReadOnlyList<DraftCandidate> Candidates, string? Note);
}
