using SocialSentiment.Api.Data;
using SocialSentiment.Api.Docs;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.ServiceDefaults.Errors;
using SocialSentiment.ServiceDefaults.Status;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddMessaging();
builder.AddDatabase();
builder.AddDocs();

var app = builder.Build();

app.UseProblems();
app.MapDefaultEndpoints();
app.MapStatus(("docs", "/docs"), ("openapi", "/openapi/v1.json"));
app.MapDocs();

return await app.RunServiceAsync();
