using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace SocialSentiment.Bench.Generate;

/// <summary>transformers.js on Node (bench/peers/writer.js), asked line by line; the clock is its own, so that the pipe costs it nothing.</summary>
internal sealed class PeerWriter : IWriter
{
    private readonly Process _process;

    public PeerWriter(BenchModel model, int threads, string peers, string modules)
    {
        // At the priority of the engine's thread.
        var start = new ProcessStartInfo("nice", ["-n", "10", "node", Path.Combine(peers, "writer.js")]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["NODE_PATH"] = modules;
        start.Environment["MODEL"] = model.Folder;
        start.Environment["FILE"] = Path.GetRelativePath(model.Folder, model.Path).Replace('\\', '/');
        start.Environment["THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        _process = Process.Start(start)!;
    }

    public string Name => "transformers.js";

    public async Task<Timing> WriteAsync(Prompt prompt, int samples, int tokens, int seed)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { ids = prompt.Ids, samples, tokens }));
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The peer has ended.");
        var answer = JsonDocument.Parse(line).RootElement;
        return answer.TryGetProperty("error", out var error)
            ? throw new InvalidOperationException($"The peer says: {error}")
            : new Timing(answer.GetProperty("first").GetDouble(), answer.GetProperty("all").GetDouble());
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
