using System.Diagnostics;
using Microsoft.Extensions.Options;
using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.MlWorker.Inference.Chat;
using SocialSentiment.MlWorker.Inference.Generation;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.Replies;

namespace SocialSentiment.MlWorker.Replies;

/// <summary>
/// Makes drafts of an order: has a language model write more than are wanted, and keeps the best that may be shown. What it
/// cannot or may not write, templates say.
/// </summary>
internal sealed partial class ReplyWriter(
    ModelCatalog catalog,
    GeneratorHost generators,
    ChatDrafter chat,
    ISentimentAnalyzer analyzer,
    IOptions<ReplyOptions> options,
    ReplyMetrics metrics,
    TimeProvider time,
    ILogger<ReplyWriter> logger)
{
    /// <summary>More of them push each other out of the caches.</summary>
    private const int MostCandidates = 10;

    /// <summary>As much of a post as is read, in characters; less where letters take several tokens.</summary>
    private static readonly int[] s_postLengths = [200, 100, 50, 20];

    /// <param name="order">What is wanted.</param>
    /// <param name="isSafeOnly">The model is not to be asked.</param>
    /// <param name="show">Hears how each draft grows, as far as it may be shown; null when it is withdrawn.</param>
    public async Task<WrittenDrafts> WriteAsync(ReplyJob order, bool isSafeOnly, Action<int, string?>? show, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var situation = new ReplySituation(order.Text, order.Label ?? await FeelAsync(order.Text, cancellationToken), order.Tone);
        var written = isSafeOnly
            ? new Written(Templates.Key, Templates.Version, [], "Workers died with this order in hand, and the model was not asked again: these are templates.")
            : await TryWriteAsync(order, situation, show, cancellationToken);

        var field = DraftField.Gather(situation, written.Candidates, order.Seed);
        var selection = field.Select(order.Count, await SoundAsync(field.Texts, cancellationToken));
        metrics.Written(written.Model, selection, time.GetElapsedTime(started));
        return new WrittenDrafts(
            situation,
            written.Candidates,
            selection,
            [
                .. selection.Drafts.Select(draft => draft.Source == ReplySource.Model
                    ? new WrittenReply(draft.Text, draft.Source, written.Model, written.Version, draft.Score)
                    : new WrittenReply(draft.Text, draft.Source, Templates.Key, Templates.Version, draft.Score)),
            ],
            written.Note);
    }

    private async Task<Written> TryWriteAsync(ReplyJob order, ReplySituation situation, Action<int, string?>? show, CancellationToken cancellationToken)
    {
        var key = order.Model ?? options.Value.Model;
        var kind = PostKinds.Of(situation);
        try
        {
            var entry = catalog.Get(key);
            return entry.Family switch
            {
                // No machine answers them in words of its own, and nobody elsewhere needs to read them.
                _ when kind == PostKind.Crisis => new Written(Templates.Key, Templates.Version, [], Note: null),

                // What runs here is too small to find the words, knows no other language, or makes them up where there are none.
                ModelFamily.Gpt2 when kind is PostKind.Grief or PostKind.Violence or PostKind.Foreign or PostKind.Emoji => new Written(Templates.Key, Templates.Version, [], Note: null),
                ModelFamily.Templates => new Written(Templates.Key, Templates.Version, [], Note: null),
                ModelFamily.Chat => await AskAsync(entry, order, situation, show, cancellationToken),
                _ => await GenerateAsync(entry, order, situation, show, cancellationToken),
            };
        }
        catch (ModelException error)
        {
            LogCannotWrite(key, error.Message);
            return new Written(key, "", [], $"{key} could not write, these are templates. {error.Message}");
        }
    }

    private async Task<Written> GenerateAsync(ModelEntry entry, ReplyJob order, ReplySituation situation, Action<int, string?>? show, CancellationToken cancellationToken)
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
                        Samples = Math.Min(MostCandidates, order.Count * settings.CandidatesPerDraft),
                        MaxTokens = settings.MaxTokens,
                        MinTokens = 2,
                        Temperature = entry.Temperature > 0 ? entry.Temperature : settings.Temperature,
                        TopP = settings.TopP,
                        NoRepeatNgram = 4,
                        Stop = prompt.Stop,
                        Seed = order.Seed,
                        Timeout = settings.Timeout,
                    },
                    (sample, text, _) => Show(show, situation, sample, text, entry.KnowsReplies),
                    cancellationToken);
                return new Written(entry.Key, lease.Identity.Version, Candidates(texts, entry.KnowsReplies), Note: null);
            }
            catch (ModelException error) when (error.Error == ModelError.TooLarge && length > s_postLengths[^1])
            {
                // Its letters take more tokens than others.
            }
        }

        throw new UnreachableException();
    }

    private async Task<Written> AskAsync(ModelEntry entry, ReplyJob order, ReplySituation situation, Action<int, string?>? show, CancellationToken cancellationToken)
    {
        var texts = await chat.DraftAsync(situation, order.Count, order.Seed, (sample, text, _) => Show(show, situation, sample, text), cancellationToken);
        return new Written(entry.Key, chat.Version, Candidates(texts), Note: null);
    }

    /// <summary>Shows as much as may be shown; what may not is not written on.</summary>
    private static bool Show(Action<int, string?>? show, ReplySituation situation, int sample, string text, bool isTaught = false)
    {
        var preview = DraftPreview.Of(situation, text, isTaught);
        show?.Invoke(sample, preview.Refusal is null ? preview.Text : null);
        return preview.Refusal is null;
    }

    private static List<DraftCandidate> Candidates(IReadOnlyList<GeneratedText> texts, bool isTaught = false)
        => [.. texts.Select(text => new DraftCandidate(
            text.Text, text.LogLikelihood is var likelihood and not 0 && text.Tokens > 0 ? likelihood / text.Tokens : null, text.End is GenerationEnd.End or GenerationEnd.Stop, isTaught))];

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

/// <summary>What came of an order.</summary>
/// <param name="Situation">What was replied to, and how.</param>
/// <param name="Candidates">All that the model wrote.</param>
/// <param name="Selection">Which of it may be shown, and what speaks against the rest.</param>
/// <param name="Drafts">What is shown, the best first.</param>
/// <param name="Note">What is not as it was asked for, and why.</param>
internal sealed record WrittenDrafts(
    ReplySituation Situation, IReadOnlyList<DraftCandidate> Candidates, DraftSelection Selection, IReadOnlyList<WrittenReply> Drafts, string? Note);
