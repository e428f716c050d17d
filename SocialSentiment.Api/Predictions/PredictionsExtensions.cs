using SocialSentiment.ServiceDefaults.Options;

namespace SocialSentiment.Api.Predictions;

internal static class PredictionsExtensions
{
    public static void AddPredictions(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<PredictionsOptions>(PredictionsOptions.Section);
        builder.Services.AddSingleton<PredictionMetrics>();
        builder.Services.AddSingleton<PredictionCache>();
        builder.Services.AddSingleton<Listeners>();
        builder.Services.AddSingleton<WorkerClient>();
        builder.Services.AddSingleton<Predictor>();
        builder.Services.AddSingleton<PredictionGate>();
        builder.Services.AddScoped<PredictionReader>();
        builder.Services.AddSingleton<PredictionStore>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PredictionStore>());
    }
}
