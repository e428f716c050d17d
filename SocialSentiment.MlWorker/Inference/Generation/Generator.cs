using System.Diagnostics;
using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Host;

namespace SocialSentiment.MlWorker.Inference.Generation;

/// <summary>
/// Goes on with texts, one order at a time, on one thread of its own that gives way to those that label. The prompt is read
/// once; its continuations share what was computed of it and are made as one batch, which those that are done leave.
/// </summary>
internal sealed class Generator : IGenerator
{
    /// <summary>How long a step that was ended by force may take to end before it is given up.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);

    private readonly string _model;
    private readonly DecoderNetwork _network;
    private readonly ITextTokenizer _tokenizer;
    private readonly TokenTexts _texts;
    private readonly TokenSampler _sampler;
    private readonly int _maxWaiting;
    private readonly GenerationMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly object _lock = new();
    private readonly LinkedList<GenerationOrder> _waiting = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GenerationOrder? _current;
    private bool _closed;
    private bool _isBroken;

    /// <param name="network">This object's from now on.</param>
    public Generator(string model, DecoderNetwork network, ITextTokenizer tokenizer, TokenTexts texts, GenerationOptions options, GenerationMetrics metrics, TimeProvider time)
    {
        (_model, _network, _tokenizer, _texts, _metrics, _time) = (model, network, tokenizer, texts, metrics, time);
        _maxWaiting = options.MaxWaiting;
        _sampler = new TokenSampler(network.Vocabulary, texts.EndId);
        NativeMemory.StartBackground("generation", Work);
    }

    /// <summary>The longest text that the network has positions for, in tokens, the prompt included.</summary>
    public int MaxTokens => _tokenizer.MaxTokens;

    /// <summary>Whether a step never came back: nothing more is computed.</summary>
    public bool IsBroken
    {
        get
        {
            lock (_lock)
            {
                return _isBroken;
            }
        }
    }

    /// <summary>Orders that wait or are being done.</summary>
    public int Inside
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count + (_current is null ? 0 : 1);
            }
        }
    }

    public async Task<IReadOnlyList<GeneratedText>> GenerateAsync(string prompt, GenerationSettings settings, PieceHandler? onPiece, CancellationToken cancellationToken)
    {
        Check(settings);
        var ids = Encode(prompt);
        using var activity = WorkerTelemetry.Source.StartActivity("generate");
        activity?.SetTag("model", _model);
        activity?.SetTag("samples", settings.Samples);
        var asked = _time.GetTimestamp();
        var order = new GenerationOrder(order => Write(order, ids, settings, onPiece, asked));
        await using var deadline = _time.CreateTimer(
            _ => Expire(order, settings.Samples), state: null, settings.Timeout, System.Threading.Timeout.InfiniteTimeSpan);
        var texts = await DoAsync(order, cancellationToken);
        activity?.SetTag("tokens", texts.Sum(text => text.Tokens));
        return texts;
    }

    /// <summary>
    /// Checks on a short text that reading it in steps, each of which goes on from the one before, gives what reading it at
    /// once gives, and that both give numbers.
    /// </summary>
    /// <param name="tolerance">The most that they may differ, where 1 is as much as they would if nothing at all were kept from step to step.</param>
    /// <exception cref="ModelException">They differ.</exception>
    public Task CheckAsync(string text, double tolerance, CancellationToken cancellationToken)
    {
        var ids = Encode(text);
        return DoAsync(new GenerationOrder(order => Compare(order, ids, tolerance)), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _closed = true;
            _current?.Fail(TakenDown());
            _current?.Stop();
            foreach (var order in _waiting)
            {
                order.Fail(TakenDown());
            }

            _waiting.Clear();
            Monitor.PulseAll(_lock);
        }

        try
        {
            await _ended.Task.WaitAsync(s_grace, _time);
        }
        catch (TimeoutException)
        {
            // The thread still uses the network; taking it away would take the process with it.
            _ = _ended.Task.ContinueWith(static (_, network) => ((DecoderNetwork)network!).Dispose(), _network, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return;
        }

        _network.Dispose();
    }

    private static ModelException TakenDown() => new(ModelError.Broken, "The language model was taken down.");

    private static ModelException Lost() => new(ModelError.Broken, "The language model has stopped answering: one of its steps never came back.");

    private static void Check(GenerationSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Samples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.MaxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.MinTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.TopK);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.NoRepeatNgram);
        if (!(settings.Temperature >= 0) || !(settings.TopP > 0) || !(settings.RepetitionPenalty > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(settings), settings, "The temperature may not be negative, and top-p and the repetition penalty have to be positive.");
        }
    }

    private int[] Encode(string prompt)
    {
        var ids = new int[MaxTokens + 1];
        var count = _tokenizer.EncodePlain(prompt, ids);
        return count > MaxTokens
            ? throw new ModelException(ModelError.TooLarge, $"The prompt is longer than the {MaxTokens} tokens that {_model} has positions for.")
            : count == 0 ? [_texts.EndId] : ids[..count];
    }

    private async Task<IReadOnlyList<GeneratedText>> DoAsync(GenerationOrder order, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_closed || _isBroken)
            {
                throw _closed ? new ObjectDisposedException(nameof(Generator)) : Lost();
            }

            if (_waiting.Count >= _maxWaiting)
            {
                throw new ModelException(ModelError.Overloaded, $"{_model} has {_waiting.Count} orders to do and takes no more for now.") { RetryAfter = TimeSpan.FromSeconds(5) };
            }

            _waiting.AddLast(order);
            Monitor.Pulse(_lock);
        }

        await using var registration = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                // In this order, or what was written so far could be taken for the result.
                order.Cancel(token);
                Stop(order);
            },
            state: null);
        return await order.Result;
    }

    private void Expire(GenerationOrder order, int samples)
    {
        if (!Stop(order))
        {
            order.Complete([.. Enumerable.Repeat(new GeneratedText("", 0, 0, GenerationEnd.Timeout), samples)]);
        }
    }

    /// <returns>Whether it is being done; what does not end soon is given up.</returns>
    private bool Stop(GenerationOrder order)
    {
        lock (_lock)
        {
            _waiting.Remove(order);
        }

        if (!order.Stop())
        {
            return false;
        }

        // Nobody keeps it: the thread that comes back in time finds nothing to do about it.
        _ = GiveUpAsync(order);
        return true;
    }

    private async Task GiveUpAsync(GenerationOrder order)
    {
        await Task.Delay(s_grace, _time);
        lock (_lock)
        {
            if (_current != order)
            {
                return;
            }

            _isBroken = true;
            foreach (var other in _waiting)
            {
                other.Fail(Lost());
            }

            _waiting.Clear();
        }

        order.Fail(new ModelException(ModelError.TimedOut, $"{_model} took too long for one token, and could not be stopped."));
    }

    private void Work()
    {
        try
        {
            while (Next() is { } order)
            {
                order.Do();
                lock (_lock)
                {
                    _current = null;
                }
            }
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private GenerationOrder? Next()
    {
        lock (_lock)
        {
            while (_waiting.First is null && !_closed && !_isBroken)
            {
                Monitor.Wait(_lock);
            }

            if (_closed || _isBroken)
            {
                return null;
            }

            _current = _waiting.First!.Value;
            _waiting.RemoveFirst();
            return _current;
        }
    }

    private List<GeneratedText> Write(GenerationOrder order, int[] prompt, GenerationSettings settings, PieceHandler? onPiece, long asked)
    {
        // What is drawn last need not be read any more.
        var most = Math.Min(settings.MaxTokens, MaxTokens - prompt.Length + 1);
        Continuation[] all =
        [
            .. Enumerable.Range(0, settings.Samples).Select(
                sample => new Continuation(sample, new TokenHistory(prompt, most, _network.Vocabulary), new RandomStream(settings.Seed, sample), settings.Stop)),
        ];
        using var decoding = new Decoding(_network, settings.Samples, prompt.Length + most - 1, order.Run);
        var first = asked;
        try
        {
            List<Continuation> live = [.. all];
            decoding.Begin(prompt, decoding.CanSelect ? 1 : settings.Samples);
            if (!decoding.CanSelect)
            {
                Number(live);
            }

            var (tokens, rows) = (new int[settings.Samples], new int[settings.Samples]);
            while (true)
            {
                foreach (var continuation in live)
                {
                    Draw(continuation, decoding.Logits(continuation.Row), settings, most, onPiece);
                }

                if (first == asked)
                {
                    first = _time.GetTimestamp();
                    _metrics.FirstToken.Record(_time.GetElapsedTime(asked, first).TotalSeconds, new KeyValuePair<string, object?>("model", _model));
                }

                live.RemoveAll(static continuation => continuation.End is not null);
                if (live.Count == 0 || order.IsOver)
                {
                    break;
                }

                // To leave out rows takes as long as about one step of theirs.
                var left = most - live[0].History.Drawn;
                if (decoding.CanSelect && (live.Count > decoding.Rows || (live.Count < decoding.Rows && left > 1)))
                {
                    for (var i = 0; i < live.Count; i++)
                    {
                        rows[i] = live[i].Row;
                    }

                    decoding.Select(rows.AsSpan(0, live.Count));
                    Number(live);
                }

                foreach (var continuation in live)
                {
                    tokens[continuation.Row] = continuation.History.Ids[^1];
                }

                decoding.Step(tokens);
            }
        }
        catch (ModelException error) when (error.Error == ModelError.Failed && order.IsOver)
        {
            // Ended by force: what was written so far is the result.
        }

        Count(all, prompt.Length, first);
        return [.. all.Select(continuation => continuation.Result())];
    }

    private void Draw(Continuation continuation, ReadOnlySpan<float> logits, GenerationSettings settings, int most, PieceHandler? onPiece)
    {
        var history = continuation.History;
        var token = _sampler.Choose(logits, history, settings, ref continuation.Random, out var logLikelihood);
        if (token is TokenSampler.None || token == _texts.EndId)
        {
            continuation.Finish(GenerationEnd.End);
            return;
        }

        history.Add(token);
        continuation.LogLikelihood += logLikelihood;
        continuation.Append(_texts.Bytes(token));
        if (continuation.End is null && history.Drawn >= most)
        {
            continuation.Finish(GenerationEnd.Length);
        }

        if (onPiece?.Invoke(continuation.Sample, continuation.Visible, history.Drawn) == false && continuation.End is null)
        {
            continuation.Finish(GenerationEnd.Withdrawn);
        }
    }

    private static void Number(List<Continuation> live)
    {
        for (var i = 0; i < live.Count; i++)
        {
            live[i].Row = i;
        }
    }

    private void Count(Continuation[] all, int prompt, long first)
    {
        var model = new KeyValuePair<string, object?>("model", _model);
        var tokens = all.Sum(continuation => continuation.History.Drawn);
        _metrics.PromptTokens.Add(prompt, model);
        _metrics.Tokens.Add(tokens, model);
        if (tokens > all.Length && _time.GetElapsedTime(first) is { Ticks: > 0 } elapsed)
        {
            _metrics.Rate.Record((tokens - all.Length) / elapsed.TotalSeconds, model);
        }
    }

    private List<GeneratedText> Compare(GenerationOrder order, int[] ids, double tolerance)
    {
        using var atOnce = new Decoding(_network, 1, ids.Length, order.Run);
        using var inSteps = new Decoding(_network, 2, ids.Length, order.Run);
        atOnce.Begin(ids, 1);
        inSteps.Begin(ids.AsSpan(0, 1), 1);
        if (inSteps.CanSelect)
        {
            inSteps.Select([0, 0]);
        }

        for (var i = 1; i < ids.Length; i++)
        {
            inSteps.Step([ids[i], ids[i]]);
        }

        using var forgetting = new Decoding(_network, 1, 1, order.Run);
        forgetting.Begin(ids.AsSpan(ids.Length - 1), 1);
        var expected = atOnce.Logits(0);
        var all = TensorPrimitives.Distance(expected, forgetting.Logits(0));
        for (var row = 0; row < inSteps.Rows; row++)
        {
            var distance = TensorPrimitives.Distance(expected, inSteps.Logits(row));
            if (!(distance <= tolerance * all))
            {
                throw new ModelException(
                    ModelError.Unusable,
                    float.IsFinite(distance)
                        ? FormattableString.Invariant($"What {_network.Then.Name} keeps of a text is not what it needs: the next token's logits are {distance:0.###} off with it, and {all:0.###} without it.")
                        : $"{_network.Then.Name} gives something that is not a number for a plain text.");
            }
        }

        return [];
    }
}
