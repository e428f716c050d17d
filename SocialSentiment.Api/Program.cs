using SocialSentiment.Api.Accounting;
using SocialSentiment.Api.Audit;
using SocialSentiment.Api.Data;
using SocialSentiment.Api.Database;
using SocialSentiment.Api.DeadLetters;
using SocialSentiment.Api.Docs;
using SocialSentiment.Api.Events;
using SocialSentiment.Api.Failsafe;
using SocialSentiment.Api.Keys;
using SocialSentiment.Api.Models;
using SocialSentiment.Api.Posts;
using SocialSentiment.Api.Predictions;
using SocialSentiment.Api.Replies;
using SocialSentiment.Api.Status;
using SocialSentiment.Messaging;
using SocialSentiment.ServiceDefaults;
using SocialSentiment.ServiceDefaults.Errors;
using SocialSentiment.ServiceDefaults.Status;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddMessaging();
builder.AddDatabase();
builder.AddKeys();
builder.AddPosts();
builder.AddModels();
builder.AddFailsafe();
builder.AddPredictions();
builder.AddReplies();
builder.Services.AddSingleton<IStatusSource, ApiStatus>();
builder.AddDocs();

var app = builder.Build();

app.UseProblems();
app.UseDocsPage();
app.UseKeys();
app.MapDefaultEndpoints();
app.MapStatus(("docs", "/docs"), ("openapi", "/openapi/v1.json"));
app.MapPosts();
app.MapEvents();
app.MapModels();
app.MapPredictions();
app.MapReplies();
app.MapFailsafe();
app.MapAccounting();
app.MapDeadLetters();
app.MapKeys();
app.MapAudit();
app.MapDatabase();
app.MapDocs();

return await app.RunServiceAsync();
