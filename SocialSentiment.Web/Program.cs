using SocialSentiment.ServiceDefaults;
using SocialSentiment.ServiceDefaults.Options;
using SocialSentiment.Web.Api;
using SocialSentiment.Web.Components;
using SocialSentiment.Web.Options;

var builder = WebApplication.CreateBuilder(args);

// Outside Development the packages' assets are otherwise found only in a published app.
builder.WebHost.UseStaticWebAssets();

builder.AddServiceDefaults();
builder.AddValidatedOptions<StackLinkOptions>(StackLinkOptions.Section);
builder.AddValidatedOptions<StatusPageOptions>(StatusPageOptions.Section);
builder.AddSentimentApi();
builder.Services.AddRazorComponents().AddInteractiveServerComponents();

var app = builder.Build();

app.UseExceptionHandler("/error", createScopeForErrors: true);
app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
app.UseAntiforgery();
app.MapDefaultEndpoints();
app.MapStaticAssets();
app.MapRazorComponents<App>().AddInteractiveServerRenderMode();

return await app.RunServiceAsync();
