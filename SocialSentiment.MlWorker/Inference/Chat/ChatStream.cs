using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using SocialSentiment.MlWorker.Inference.Generation;

namespace SocialSentiment.MlWorker.Inference.Chat;

/// <summary>Reads one streamed answer, and tells how it grows.</summary>
/// <param name="hear">Is given all of it so far; whether to read on.</param>
internal sealed class ChatStream(ChatConnection connection, Func<string, int, bool> hear)
{
    private const int MostBytes = 1024 * 1024;
    private const int MostLetters = 2000;

    private const string ThoughtBegins = "<think>";
    private const string ThoughtEnds = "</think>";

    private readonly StringBuilder _said = new();
    private int _tokens;
    private GenerationEnd? _end;

    /// <param name="deadline">After that it ends as it is.</param>
    /// <param name="cancellationToken">Whoever wants nothing of it any more.</param>
    /// <exception cref="ModelException">It went wrong before there was anything to hear.</exception>
    public async Task<GeneratedText> ReadAsync(HttpResponseMessage response, CancellationToken deadline, CancellationToken cancellationToken)
    {
        try
        {
            if (response.Content.Headers.ContentType?.MediaType == "application/json")
            {
                // Not every server streams.
                var body = await ChatConnection.ReadAsync(response, deadline);
                Take(body);
                if (_end is null && _said.Length == 0)
                {
                    throw connection.NotUnderstood(body);
                }

                _end = HasText && !hear(Text(), _tokens) ? GenerationEnd.Withdrawn : _end ?? GenerationEnd.End;
            }
            else
            {
                await ReadEventsAsync(response, deadline);
            }
        }
        catch (Exception error) when (HasText && error is HttpRequestException or IOException or ModelException)
        {
            // What was heard is not said again.
            _end = GenerationEnd.Length;
        }
        catch (OperationCanceledException) when (HasText && !cancellationToken.IsCancellationRequested)
        {
            _end = GenerationEnd.Timeout;
        }

        return new GeneratedText(Text(), _tokens, 0, _end ?? GenerationEnd.Length);
    }

    private bool HasText => Text().Length > 0;

    private async Task ReadEventsAsync(HttpResponseMessage response, CancellationToken deadline)
    {
        var last = "";
        await using var stream = await response.Content.ReadAsStreamAsync(deadline);
        await foreach (var line in LinesAsync(stream, deadline))
        {
            if (!line.StartsWith("data:", StringComparison.Ordinal))
            {
                // Remarks that keep the connection open, names of events, or no events at all.
                last = line.Length > 0 && line[0] != ':' ? line : last;
                continue;
            }

            last = line["data:".Length..].Trim();
            if (last == "[DONE]")
            {
                _end ??= GenerationEnd.End;
                return;
            }

            var before = _said.Length;
            Take(last);
            if (_said.Length > before && HasText && !hear(Text(), _tokens))
            {
                _end = GenerationEnd.Withdrawn;
                return;
            }

            if (_said.Length > MostLetters)
            {
                _end = GenerationEnd.Length;
                return;
            }
        }

        if (_end is null)
        {
            throw _said.Length == 0 && last.Length > 0 ? connection.NotUnderstood(last) : new IOException("the answer broke off");
        }
    }

    /// <summary>Takes in a piece, or all at once where nothing is streamed.</summary>
    private void Take(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null)
            {
                throw connection.NotUnderstood(json);
            }

            if (!root.TryGetProperty("choices", out var choices) || choices.GetArrayLength() == 0)
            {
                // What it has used, at the end.
                return;
            }

            var choice = choices[0];
            var piece = choice.TryGetProperty("delta", out var delta) ? delta : choice.TryGetProperty("message", out var message) ? message : default;
            if (piece.ValueKind == JsonValueKind.Object && piece.TryGetProperty("content", out var content) && content.GetString() is { Length: > 0 } text)
            {
                _said.Append(text);
                _tokens++;
            }

            if (choice.TryGetProperty("finish_reason", out var reason) && reason.GetString() is { Length: > 0 } why)
            {
                _end = why == "stop" ? GenerationEnd.End : GenerationEnd.Length;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw connection.NotUnderstood(json);
        }
    }

    /// <summary>Without what a model thought aloud before.</summary>
    private string Text()
    {
        var text = _said.ToString().TrimStart();
        if (text.StartsWith(ThoughtBegins, StringComparison.Ordinal))
        {
            var end = text.IndexOf(ThoughtEnds, StringComparison.Ordinal);
            text = end < 0 ? "" : text[(end + ThoughtEnds.Length)..].TrimStart();
        }
        else if (ThoughtBegins.StartsWith(text, StringComparison.Ordinal))
        {
            return "";
        }

        return text;
    }

    private static async IAsyncEnumerable<string> LinesAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream);
        var bytes = 0L;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                yield return Line(buffer.Slice(0, end));
                var next = buffer.GetPosition(1, end);
                bytes += buffer.Slice(0, next).Length;
                buffer = buffer.Slice(next);
            }

            if (bytes + buffer.Length > MostBytes)
            {
                throw new IOException("the answer has no end");
            }

            if (read.IsCompleted)
            {
                if (!buffer.IsEmpty)
                {
                    yield return Line(buffer);
                }

                yield break;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }

        static string Line(ReadOnlySequence<byte> line) => Encoding.UTF8.GetString(line).TrimEnd('\r');
    }
}
