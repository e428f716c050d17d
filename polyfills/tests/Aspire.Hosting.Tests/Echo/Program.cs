// Answers with what it knows about itself: its process id on /, its environment on /env/NAME.
var builder = WebApplication.CreateSlimBuilder(args);
if (Environment.GetEnvironmentVariable("ECHO_PORT") is { } port)
{
    builder.WebHost.UseUrls($"http://localhost:{port}");
}

var app = builder.Build();
var isReady = true;
app.MapGet("/", () => Environment.ProcessId.ToString());
app.MapGet("/env/{name}", (string name) => Environment.GetEnvironmentVariable(name));
app.MapGet("/health", () => isReady ? Results.Ok() : Results.StatusCode(503));
app.MapPost("/health/{ready}", (bool ready) => isReady = ready);
app.Run();
