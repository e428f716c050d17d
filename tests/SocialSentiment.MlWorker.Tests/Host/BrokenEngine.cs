using System.Runtime.CompilerServices;
using SocialSentiment.MlWorker.Inference.Batching;
using SocialSentiment.MlWorker.Inference.Engines;
using SocialSentiment.MlWorker.Models.Host;

namespace SocialSentiment.MlWorker.Tests.Host;

/// <summary>A model that has lost three threads to batches that never came back: for real that would burn as many cores for seconds.</summary>
internal static class BrokenEngine
{
    public static void Break(this LoadedModel model) => Lost(BatcherOf((NetworkEngine)model.Engine)) = 3;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batcher")]
    private static extern ref Batcher BatcherOf(NetworkEngine engine);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_lost")]
    private static extern ref int Lost(Batcher batcher);
}
