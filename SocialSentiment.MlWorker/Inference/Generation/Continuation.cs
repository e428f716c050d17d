using System.Text;

namespace SocialSentiment.MlWorker.Inference.Generation;

/// <summary>One continuation as it grows: its tokens, its luck, and its text as far as it is certain.</summary>
internal sealed class Continuation(int sample, TokenHistory history, RandomStream random, IReadOnlyList<string> stops)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly string[] _stops = [.. stops.Where(stop => stop.Length > 0)];
    private RandomStream _random = random;
    private char[] _text = new char[256];
    private int _length;
    private int _shown;
    private string _visible = "";

    public int Sample => sample;

    public TokenHistory History => history;

    public ref RandomStream Random => ref _random;

    /// <summary>Where it lies in the batch.</summary>
    public int Row { get; set; }

    public double LogLikelihood { get; set; }

    /// <summary>Why it goes on no more; null while it does.</summary>
    public GenerationEnd? End { get; private set; }

    /// <summary>Whole letters only, and nothing that may turn out to be the beginning of a stop.</summary>
    public string Visible => _visible.Length == _shown ? _visible : _visible = new string(_text, 0, _shown);


    /// <summary>Adds what a token stands for, and ends if that completes a stop.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        var before = _length;
        var most = _decoder.GetCharCount(bytes, flush: false);
        if (_length + most > _text.Length)
        {
            Array.Resize(ref _text, Math.Max(2 * _text.Length, _length + most));
        }

        _length += _decoder.GetChars(bytes, _text.AsSpan(_length), flush: false);
        var text = _text.AsSpan(0, _length);
        var first = _length;
        var held = 0;
        foreach (var stop in _stops)
        {
            var from = Math.Max(0, before - stop.Length + 1);
            if (text[from..].IndexOf(stop, StringComparison.Ordinal) is var at and >= 0)
            {
                first = Math.Min(first, from + at);
            }

            for (var length = Math.Min(stop.Length - 1, _length); length > held; length--)
            {
                if (text.EndsWith(stop.AsSpan(0, length), StringComparison.Ordinal))
                {
                    held = length;
                }
            }
        }

        if (first < _length)
        {
            _length = first;
            Finish(GenerationEnd.Stop);
        }
        else
        {
            _shown = _length - held;
        }
    }

    /// <summary>It goes on no more, and what was held back comes after all.</summary>
    public void Finish(GenerationEnd end)
    {
        End = end;
        _shown = _length;
    }

    /// <summary>What has become of it; what did not end by itself did because time was up.</summary>
    public GeneratedText Result()
    {
        if (End is null)
        {
            Finish(GenerationEnd.Timeout);
        }

        return new GeneratedText(Visible, history.Drawn, LogLikelihood, End!.Value);
    }
}
