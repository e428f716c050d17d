// An AppHost as a user would write one, but that it names its processes: `PROCESS <pid>` for each, then `PORT <port>`.
using Microsoft.Extensions.DependencyInjection;

var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });
var echo = Path.ChangeExtension(new Projects.Echo().ProjectPath, null);
var web = builder.AddExecutable("web", "dotnet", "/tmp", "exec", Path.Combine(Path.GetDirectoryName(echo)!, "bin", args[0], "net10.0", "Echo.dll"))
    .WithHttpEndpoint(env: "ECHO_PORT")
    .WithHttpHealthCheck("/health");
builder.AddExecutable("sleeper", "sh", "/tmp", "-c", "sleep 1000 & echo child $!; wait").WaitFor(web);

using var app = builder.Build();
var running = app.RunAsync();
var notifications = app.Services.GetRequiredService<ResourceNotificationService>();
foreach (var name in new[] { "web", "sleeper" })
{
    var started = await notifications.WaitForResourceAsync(name, e => e.Snapshot.State?.Text == KnownResourceStates.Running);
    Console.WriteLine($"PROCESS {started.Snapshot.Properties.Single(p => p.Name == "executable.pid").Value}");
}

Console.WriteLine($"PORT {web.GetEndpoint("http").Port}");
await running;
