using SocialSentiment.Messaging;
using SocialSentiment.MlWorker.Consumers;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.ServiceDefaults.Errors;
using SocialSentiment.ServiceDefaults.Status;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddMessaging();
builder.AddConsumers();

var app = builder.Build();

app.UseProblems();
app.MapDefaultEndpoints();
app.MapStatus();

return await app.RunServiceAsync();
