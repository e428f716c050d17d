using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Consumers;
using SocialSentiment.MlWorker.Endpoints;
using SocialSentiment.MlWorker.Inference;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.ServiceDefaults.Errors;
using SocialSentiment.ServiceDefaults.Security;
using SocialSentiment.ServiceDefaults.Status;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddMessaging();
builder.AddServiceKey();
builder.AddInference();
builder.AddConsumers();

var app = builder.Build();

app.UseProblems();
app.MapDefaultEndpoints();
app.MapStatus(("models", "/models"), ("metrics", "/metrics"));
app.MapModels();
app.MapPredictions();
app.MapMetrics();

return await app.RunServiceAsync();
