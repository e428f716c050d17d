namespace SocialSentiment.MlWorker.Inference.Batching;

/// <summary>One text of a request.</summary>
internal readonly record struct Row(BatchRequest Request, int Index, int Length);

/// <summary>
/// Texts that wait, and the rule by which they become batches: the oldest goes, and with it those closest to it in length
/// among the next few, as long as the tokens of the batch, padding included, stay within the budget. Owned by one lock.
/// </summary>
internal sealed class RowQueue(int lookAhead)
{
    private readonly int[] _lengths = new int[lookAhead];
    private readonly int[] _order = new int[lookAhead];
    private readonly bool[] _taken = new bool[lookAhead];
    private Row[] _rows = new Row[256];
    private int _head;
    private int _tail;

    public int Count => _tail - _head;

    public void Add(BatchRequest request)
    {
        MakeRoom(request.Count);
        for (var i = 0; i < request.Count; i++)
        {
            _rows[_tail++] = new Row(request, i, request.Length(i));
        }
    }

    /// <summary>Moves the next batch out of the queue; what nobody waits for any more goes to <paramref name="expired"/>.</summary>
    public void Cut(List<Row> batch, List<Row> expired, int maxRows, int maxTokens, long now)
    {
        while (DropExpired(expired, now))
        {
            // What comes into view may have expired too.
        }

        var window = Math.Min(Count, lookAhead);
        if (window == 0)
        {
            return;
        }

        for (var i = 0; i < window; i++)
        {
            _lengths[i] = _rows[_head + i].Length;
            _order[i] = i;
            _taken[i] = false;
        }

        _lengths.AsSpan(0, window).Sort(_order.AsSpan(0, window));
        var low = Array.IndexOf(_order, 0, 0, window);
        var high = low;
        var seed = _lengths[low];
        while (high - low + 1 < maxRows)
        {
            var rows = high - low + 2;
            var canShorten = low > 0 && _lengths[high] * rows <= maxTokens;
            var canLengthen = high + 1 < window && _lengths[high + 1] * rows <= maxTokens;
            if (canLengthen && (!canShorten || _lengths[high + 1] - seed <= seed - _lengths[low - 1]))
            {
                high++;
            }
            else if (canShorten)
            {
                low--;
            }
            else
            {
                break;
            }
        }

        for (var i = low; i <= high; i++)
        {
            _taken[_order[i]] = true;
        }

        Take(batch, window);
    }

    /// <summary>Moves everything of one request out of the queue.</summary>
    public void Remove(BatchRequest request, List<Row> removed)
    {
        var kept = _head;
        for (var i = _head; i < _tail; i++)
        {
            if (ReferenceEquals(_rows[i].Request, request))
            {
                removed.Add(_rows[i]);
            }
            else
            {
                _rows[kept++] = _rows[i];
            }
        }

        Array.Clear(_rows, kept, _tail - kept);
        _tail = kept;
    }

    /// <summary>Looked at only where batches are cut from: what lies deeper comes there in time.</summary>
    private bool DropExpired(List<Row> expired, long now)
    {
        var window = Math.Min(Count, lookAhead);
        var any = false;
        for (var i = 0; i < window; i++)
        {
            _taken[i] = _rows[_head + i].Request.Deadline <= now;
            any |= _taken[i];
        }

        if (any)
        {
            Take(expired, window);
        }

        return any;
    }

    private void Take(List<Row> into, int window)
    {
        // Those who stay move up to the end of the window, in their order.
        var write = _head + window;
        for (var i = window - 1; i >= 0; i--)
        {
            var row = _rows[_head + i];
            if (_taken[i])
            {
                into.Add(row);
            }
            else
            {
                _rows[--write] = row;
            }
        }

        Array.Clear(_rows, _head, write - _head);
        _head = write;
        if (_head == _tail)
        {
            _head = _tail = 0;
        }
    }

    private void MakeRoom(int rows)
    {
        if (_tail + rows <= _rows.Length)
        {
            return;
        }

        var target = Count + rows <= _rows.Length / 2 ? _rows : new Row[Math.Max(2 * _rows.Length, 2 * (Count + rows))];
        var count = Count;
        Array.Copy(_rows, _head, target, 0, count);
        if (ReferenceEquals(target, _rows))
        {
            Array.Clear(_rows, count, _tail - count);
        }

        (_rows, _head, _tail) = (target, 0, count);
    }
}
