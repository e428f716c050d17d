using System.Text;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using SocialSentiment.MlWorker.Inference.Onnx;
using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Host;
using SocialSentiment.MlWorker.Tests.Engines;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Generation;

/// <summary>
/// The files of models/compact-gpt, without anything that generates between them and the test: tokenizer, network and what
/// training/ computed in Python belong together.
/// </summary>
public sealed class ShippedGeneratorTests : IDisposable
{
    private const int Layers = 4;
    private const int Heads = 8;
    private const int HeadWidth = 32;
    private const int End = 5999;

    // The order of sums differs from one length to another.
    private const float Rounding = 2e-3f;

    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "models", "compact-gpt");
    private static readonly string[] s_outputs = ["logits", .. Enumerable.Range(0, Layers).SelectMany(layer => (string[])[$"present.{layer}.key", $"present.{layer}.value"])];

    private readonly ITextTokenizer _tokenizer = TokenizerFactory.Create(s_folder, TextNormalization.None);
    private readonly OnnxNetwork _network = TestRepositories.Load(Path.Combine(s_folder, "model.onnx"));

    public void Dispose() => _network.Dispose();

    [Fact]
    public void It_goes_on_as_it_did_where_it_was_trained()
    {
        var golden = Golden();
        Assert.InRange(golden.Count, 8, 12);
        Assert.All(golden, text => Assert.StartsWith(text.Continuation, Continue(text.Prompt, text.Continuation.Length), StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_read_before_need_not_be_read_again()
    {
        var ids = Encode(Golden()[0].Prompt);
        using var whole = Read([ids], null);
        foreach (var first in (int[])[1, ids.Length / 2, ids.Length - 1])
        {
            using var begun = Read([ids[..first]], null);
            using var rest = Read([ids[first..]], begun);

            AssertEqual(whole.Logits(0, ids.Length - 1), rest.Logits(0, ids.Length - first - 1));
            AssertEqual(whole.Logits(0, first - 1), begun.Logits(0, first - 1));
        }
    }

    [Fact]
    public void A_text_in_a_batch_is_read_as_it_is_alone()
    {
        int[][] texts = [.. Golden().Take(3).Select(text => Encode(text.Prompt)).OrderBy(ids => ids.Length)];
        using var together = Read(texts, null);
        for (var row = 0; row < texts.Length; row++)
        {
            using var alone = Read([texts[row]], null);
            AssertEqual(alone.Logits(0, texts[row].Length - 1), together.Logits(row, texts[row].Length - 1));
        }
    }

    private static List<(string Prompt, string Continuation)> Golden()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(s_folder, GoldenFile.Name)));
        return [.. document.RootElement.EnumerateArray().Select(text => (text.GetProperty("prompt").GetString()!, text.GetProperty("continuation").GetString()!))];
    }

    private static void AssertEqual(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.InRange(Math.Abs(expected[i] - actual[i]), 0, Rounding);
        }
    }

    /// <summary>The likeliest token, again and again.</summary>
    private string Continue(string prompt, int length)
    {
        var read = Read([Encode(prompt)], null);
        var last = Encode(prompt).Length - 1;
        var written = new List<int>();
        while (Text(written).Length < length)
        {
            var logits = read.Logits(0, last);
            var best = 0;
            for (var i = 1; i < logits.Length; i++)
            {
                best = logits[i] > logits[best] ? i : best;
            }

            Assert.NotEqual(End, best);
            written.Add(best);
            var next = Read([[best]], read);
            read.Dispose();
            (read, last) = (next, 0);
        }

        read.Dispose();
        return Text(written);
    }

    private int[] Encode(string text)
    {
        var ids = new int[text.Length + 2];
        return ids[.._tokenizer.EncodePlain(text, ids)];
    }

    private static string Text(List<int> ids)
    {
        using var vocabulary = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(s_folder, "vocab.json")));
        var tokens = vocabulary.RootElement.EnumerateObject().ToDictionary(token => token.Value.GetInt32(), token => token.Name);

        // GPT-2 spells a byte that cannot be seen, and no other, with a character beyond 255.
        var unseen = Enumerable.Range(0, 256).Where(value => value is < 33 or > 126 and < 161 or 173).ToArray();
        return Encoding.UTF8.GetString([.. ids.SelectMany(id => tokens[id]).Select(character => (byte)(character < 256 ? character : unseen[character - 256]))]);
    }

    private Reading Read(int[][] rows, Reading? before)
    {
        var past = before?.Length ?? 0;
        var length = rows.Max(row => row.Length);
        var ids = new long[rows.Length * length];
        var positions = new long[rows.Length * length];
        var mask = new long[rows.Length * (past + length)];
        for (var row = 0; row < rows.Length; row++)
        {
            mask.AsSpan(row * (past + length), past + rows[row].Length).Fill(1);
            for (var i = 0; i < length; i++)
            {
                ids[(row * length) + i] = i < rows[row].Length ? rows[row][i] : End;
                positions[(row * length) + i] = past + i;
            }
        }

        using var idsValue = OrtValue.CreateTensorValueFromMemory(ids, [rows.Length, length]);
        using var positionsValue = OrtValue.CreateTensorValueFromMemory(positions, [rows.Length, length]);
        using var maskValue = OrtValue.CreateTensorValueFromMemory(mask, [rows.Length, past + length]);
        using var nothing = OrtValue.CreateTensorValueFromMemory(Array.Empty<float>(), [rows.Length, Heads, 0, HeadWidth]);
        var inputs = new Dictionary<string, OrtValue> { ["input_ids"] = idsValue, ["attention_mask"] = maskValue, ["position_ids"] = positionsValue };
        foreach (var name in s_outputs.Skip(1))
        {
            inputs[name.Replace("present", "past_key_values", StringComparison.Ordinal)] = before?.Values[Array.IndexOf(s_outputs, name)] ?? nothing;
        }

        using var run = new RunOptions();
        return new Reading(_network.Session.Run(run, inputs, s_outputs), past + length);
    }

    private sealed record Reading(IDisposableReadOnlyCollection<OrtValue> Values, int Length) : IDisposable
    {
        public ReadOnlySpan<float> Logits(int row, int position)
        {
            var shape = Values[0].GetTensorTypeAndShape().Shape;
            return Values[0].GetTensorDataAsSpan<float>().Slice((int)(((row * shape[1]) + position) * shape[2]), (int)shape[2]);
        }

        public void Dispose() => Values.Dispose();
    }
}
