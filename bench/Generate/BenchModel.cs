using SocialSentiment.MlWorker.Inference.Tokenization;
using SocialSentiment.MlWorker.Models.Catalog;
using SocialSentiment.MlWorker.Models.Description;
using SocialSentiment.TestModels.Gpt2;
using SocialSentiment.TestModels.Repositories;
using SocialSentiment.TestModels.Tokenizers;
using SocialSentiment.TestModels.Weights;

namespace SocialSentiment.Bench.Generate;

/// <summary>One network of a model's folder.</summary>
internal sealed record BenchModel(string Name, string Folder, string Path)
{
    private static readonly Gpt2Config s_compact = new() { Layers = 4, Hidden = 256, Heads = 8, MaxPositions = 160 };

    public ITextTokenizer Tokenizer { get; } = TokenizerFactory.Create(Folder, TextNormalization.None);

    public ModelDescription Description { get; } = ModelDescription.Read(
        Folder,
        new ModelEntry { Key = Name, Title = Name, Tasks = [ModelTask.Generation], Family = ModelFamily.Gpt2, Source = new ModelSource(SourceKind.Hub) });

    public int Heads => Description.Heads!.Value;

    public int HeadWidth => Description.HiddenSize!.Value / Heads;

    /// <summary>Models with made-up weights, made at the first start; and the one that comes with the product, if it does.</summary>
    public static IReadOnlyList<BenchModel> Open(string cache)
    {
        var texts = Texts.MakeUp(10_000);
        string[] words = [.. texts.SelectMany(text => text.Split(' ')).GroupBy(word => word).OrderByDescending(word => word.Count()).Take(2_000).Select(word => word.Key)];
        var distil = Make(System.IO.Path.Combine(cache, "distilgpt2"), Gpt2Config.DistilGpt2, words);
        var compact = Make(System.IO.Path.Combine(cache, "compact"), s_compact with { VocabularySize = 8_000 }, words);
        var embedded = System.IO.Path.Combine(AppContext.BaseDirectory, "models", "compact-gpt");
        return
        [
            new BenchModel("distilgpt2 int8", distil, File(distil, Precision.Quantized)),
            new BenchModel("distilgpt2 fp32", distil, File(distil, Precision.Full)),
            new BenchModel("compact int8", compact, File(compact, Precision.Quantized)),
            new BenchModel("compact fp32", compact, File(compact, Precision.Full)),
            .. Directory.Exists(embedded) ? new[] { new BenchModel("compact-gpt", embedded, System.IO.Path.Combine(embedded, "model.onnx")) } : [],
        ];
    }

    /// <summary>A prompt of so many tokens.</summary>
    public Prompt Prompt(int tokens)
    {
        var ids = new int[tokens + 1];
        var text = "";
        foreach (var word in string.Join(' ', Texts.MakeUp(100)).Split(' '))
        {
            var longer = text.Length == 0 ? word : $"{text} {word}";
            if (Tokenizer.EncodePlain(longer, ids) > tokens)
            {
                break;
            }

            text = longer;
        }

        return new Prompt(text, ids[..Tokenizer.EncodePlain(text, ids)]);
    }

    private static string File(string folder, Precision precision) => System.IO.Path.Combine(folder, Gpt2Repository.FileOf(Gpt2Form.Merged, precision));

    private static string Make(string folder, Gpt2Config config, string[] words)
    {
        if (!Directory.Exists(folder))
        {
            Console.Error.WriteLine($"-- making {folder}");
            var draft = Directory.CreateDirectory($"{folder}.{Guid.NewGuid():N}").FullName;
            TestRepository.WriteGpt2(draft, config, continuations: [], BytePairVocabulary.LargeGpt2(config.VocabularySize, words), [Gpt2Form.Merged]);
            Directory.Move(draft, folder);
        }

        return folder;
    }
}
