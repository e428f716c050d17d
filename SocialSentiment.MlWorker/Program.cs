using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.ServiceDefaults.Errors;
using SocialSentiment.ServiceDefaults.Status;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddMessaging();

var app = builder.Build();

app.UseProblems();
app.MapDefaultEndpoints();
app.MapStatus();

return await app.RunServiceAsync();
