using System.Numerics;
using System.Numerics.Tensors;

namespace SocialSentiment.MlWorker.Inference.Generation;

/// <summary>
/// Chooses the next token from the logits, with the rules of Hugging Face's <c>generate</c> in their order: repetition
/// penalty, n-grams, least length, temperature, top-k, top-p. Its buffers are its own: one thread at a time.
/// </summary>
internal sealed class TokenSampler(int vocabulary, int endId)
{
    private readonly float[] _scores = new float[vocabulary];
    private readonly float[] _weights = new float[vocabulary];
    private readonly int[] _candidates = new int[vocabulary];

    /// <summary>What is chosen when every token is forbidden.</summary>
    public const int None = -1;

    /// <param name="logLikelihood">Of the token, by the logits as they came.</param>
    /// <exception cref="ModelException">The logits are no numbers.</exception>
    public int Choose(ReadOnlySpan<float> logits, TokenHistory history, GenerationSettings settings, ref RandomStream random, out double logLikelihood)
    {
        var highest = TensorPrimitives.Max(logits);
        if (!float.IsFinite(highest) || !float.IsFinite(TensorPrimitives.Min(logits)))
        {
            throw new ModelException(ModelError.Failed, "The model gave something that is not a number for the next token.");
        }

        Weigh(logits, highest, 1);
        var all = Math.Log(Sum(_weights)) + highest;
        var scores = logits;
        if (settings.RepetitionPenalty != 1 || settings.NoRepeatNgram > 0 || history.Drawn < settings.MinTokens)
        {
            scores = Change(logits, history, settings);
            highest = TensorPrimitives.Max(scores);
        }

        // Not IndexOfMax: it keeps places as the bits of tiny floats, and on a thread that has run a network, which takes tiny
        // floats for 0 (see OnnxNetwork), it finds the first place whatever there is.
        var token = float.IsNegativeInfinity(highest) ? None
            : settings.Temperature > 0 ? Draw(scores, highest, settings, ref random)
            : scores.IndexOf(highest);
        logLikelihood = token == None ? 0 : logits[token] - all;
        return token;
    }

    /// <summary>What the rules make of the logits, before luck has a say.</summary>
    private float[] Change(ReadOnlySpan<float> logits, TokenHistory history, GenerationSettings settings)
    {
        logits.CopyTo(_scores);
        Penalize(history, settings.RepetitionPenalty);
        Forbid(history, settings.NoRepeatNgram);
        if (history.Drawn < settings.MinTokens && (uint)endId < (uint)_scores.Length)
        {
            _scores[endId] = float.NegativeInfinity;
        }

        return _scores;
    }

    /// <summary>Once for every token that was there, however often it was.</summary>
    private void Penalize(TokenHistory history, float penalty)
    {
        if (penalty == 1)
        {
            return;
        }

        foreach (var token in history.Distinct)
        {
            ref var score = ref _scores[token];
            score = score < 0 ? score * penalty : score / penalty;
        }
    }

    private void Forbid(TokenHistory history, int length)
    {
        var ids = history.Ids;
        if (length == 0 || ids.Length < length)
        {
            return;
        }

        var beginning = ids[^(length - 1)..];
        for (var i = 0; i + length <= ids.Length; i++)
        {
            if (ids.Slice(i, length - 1).SequenceEqual(beginning))
            {
                _scores[ids[i + length - 1]] = float.NegativeInfinity;
            }
        }
    }

    private int Draw(ReadOnlySpan<float> scores, float highest, GenerationSettings settings, ref RandomStream random)
    {
        var isAll = settings.TopK == 0 || settings.TopK >= scores.Length;
        if (isAll)
        {
            Weigh(scores, highest, settings.Temperature);
            if (settings.TopP >= 1)
            {
                return Pick(_weights, Sum(_weights), random.NextDouble());
            }
        }

        // Those below this weight have less than 1 - p together, if there were as many of them as there are tokens.
        var least = isAll ? (float)(Sum(_weights) * (1 - settings.TopP) / scores.Length * 0.999) : 0;
        var count = isAll ? Collect(_weights, least) : Collect(scores, Least(scores, settings.TopK));
        var candidates = _candidates.AsSpan(0, count);
        var all = isAll ? Sum(_weights) : 0;
        var weights = _weights.AsSpan(0, count);
        for (var i = 0; i < count; i++)
        {
            // From the front to the back: a weight is read before its place is taken.
            weights[i] = isAll ? -_weights[candidates[i]] : -MathF.Exp((scores[candidates[i]] - highest) / settings.Temperature);
        }

        weights.Sort(candidates);
        TensorPrimitives.Negate(weights, weights);
        if (!isAll)
        {
            all = Sum(weights);
        }

        var kept = 0.0;
        var last = 0;
        while (last < count && (last == 0 || kept < settings.TopP * all))
        {
            kept += weights[last++];
        }

        return candidates[Pick(weights[..last], kept, random.NextDouble())];
    }

    private void Weigh(ReadOnlySpan<float> scores, float highest, float temperature)
    {
        TensorPrimitives.Subtract(scores, highest, _weights);
        if (temperature != 1)
        {
            TensorPrimitives.Divide(_weights, temperature, _weights);
        }

        TensorPrimitives.Exp<float>(_weights, _weights);
    }

    /// <summary>In doubles: fifty thousand small numbers beside a large one.</summary>
    private static double Sum(ReadOnlySpan<float> weights)
    {
        const int Block = 512;
        var sum = 0.0;
        for (; weights.Length > Block; weights = weights[Block..])
        {
            sum += TensorPrimitives.Sum(weights[..Block]);
        }

        return sum + TensorPrimitives.Sum(weights);
    }

    private static int Pick(ReadOnlySpan<float> weights, double all, double luck)
    {
        var left = luck * all;
        var last = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] > 0)
            {
                last = i;
                if ((left -= weights[i]) < 0)
                {
                    break;
                }
            }
        }

        return last;
    }

    /// <summary>The score that so many tokens have or surpass.</summary>
    private float Least(ReadOnlySpan<float> scores, int count)
    {
        // The best so far, the least of them on top.
        var heap = _weights.AsSpan(0, count);
        heap.Fill(float.NegativeInfinity);
        for (var i = Beyond(scores, 0, heap[0], orEqual: false); i < scores.Length; i = Beyond(scores, i + 1, heap[0], orEqual: false))
        {
            var at = 0;
            for (var child = 1; child < count; child = (2 * at) + 1)
            {
                if (child + 1 < count && heap[child + 1] < heap[child])
                {
                    child++;
                }

                if (heap[child] >= scores[i])
                {
                    break;
                }

                heap[at] = heap[child];
                at = child;
            }

            heap[at] = scores[i];
        }

        // Where fewer are allowed at all, the forbidden ones stay out.
        return heap[0] > float.NegativeInfinity ? heap[0] : float.MinValue;
    }

    private int Collect(ReadOnlySpan<float> values, float least)
    {
        var count = 0;
        for (var i = Beyond(values, 0, least, orEqual: true); i < values.Length; i = Beyond(values, i + 1, least, orEqual: true))
        {
            _candidates[count++] = i;
        }

        return count;
    }

    /// <summary>The first place from here on with more than that; most places have less, and are passed over many at a time.</summary>
    private static int Beyond(ReadOnlySpan<float> values, int from, float limit, bool orEqual)
    {
        var bar = new Vector<float>(limit);
        for (; from + Vector<float>.Count <= values.Length; from += Vector<float>.Count)
        {
            var block = new Vector<float>(values[from..]);
            if (orEqual ? Vector.GreaterThanOrEqualAny(block, bar) : Vector.GreaterThanAny(block, bar))
            {
                break;
            }
        }

        while (from < values.Length && !(orEqual ? values[from] >= limit : values[from] > limit))
        {
            from++;
        }

        return from;
    }
}

/// <summary>The tokens of a prompt and of what was drawn after it.</summary>
internal sealed class TokenHistory
{
    private readonly int[] _ids;
    private readonly int[] _distinct;
    private readonly ulong[] _seen;
    private readonly int _prompt;
    private int _count;
    private int _distinctCount;

    public TokenHistory(ReadOnlySpan<int> prompt, int mostDrawn, int vocabulary)
    {
        _ids = new int[prompt.Length + mostDrawn];
        _distinct = new int[Math.Min(_ids.Length, vocabulary)];
        _seen = new ulong[(vocabulary / 64) + 1];
        foreach (var id in prompt)
        {
            Add(id);
        }

        _prompt = prompt.Length;
    }

    public int Drawn => _count - _prompt;

    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, _count);

    public ReadOnlySpan<int> Distinct => _distinct.AsSpan(0, _distinctCount);

    public void Add(int id)
    {
        _ids[_count++] = id;
        ref var word = ref _seen[id / 64];
        var bit = 1UL << (id % 64);
        if ((word & bit) == 0)
        {
            word |= bit;
            _distinct[_distinctCount++] = id;
        }
    }
}
