using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using SocialSentiment.MlWorker.Inference.Statistics;

namespace SocialSentiment.MlWorker.Tests.Statistics;

internal static class TestStatistics
{
    public static InferenceMetrics Metrics { get; }
        = new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    public static ModelStatistics Create(TimeProvider? time = null) => new("test", Metrics, time ?? TimeProvider.System);
}
