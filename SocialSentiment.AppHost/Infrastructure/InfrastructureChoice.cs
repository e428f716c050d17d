using Aspire.Hosting;
namespace SocialSentiment.AppHost.Infrastructure;

/// <summary>
/// What runs PostgreSQL and RabbitMQ. <c>--infrastructure containers|processes</c> decides; without it containers are
/// taken if a container engine answers, else programs of this machine. The choice is final before the model is made:
/// a single container in the model would stall Aspire on a machine without a container engine.
/// </summary>
internal abstract record InfrastructureChoice
{
    public const string Key = "infrastructure";

    private const string HowToInstall = "for example with \"apt-get install postgresql rabbitmq-server\" or \"brew install postgresql rabbitmq\"";

    private InfrastructureChoice()
    {
    }

    public sealed record Containers : InfrastructureChoice;

    public sealed record Processes(string PostgresFolder, string RabbitMQServer) : InfrastructureChoice;

    public static InfrastructureChoice Make(IDistributedApplicationBuilder builder, DataFolder data) =>
        builder.ExecutionContext.IsPublishMode
            ? new Containers()
            : Make(builder.Configuration[Key], () => ContainerEngine.Answers(builder.Configuration), InstalledPrograms.OfThisMachine(), data);

    internal static InfrastructureChoice Make(string? wish, Func<bool> containerEngineAnswers, InstalledPrograms programs, DataFolder data)
    {
        return wish?.ToLowerInvariant() switch
        {
            "containers" => containerEngineAnswers()
                ? new Containers()
                : throw new PlainErrorException("No container engine answers: start Docker or Podman, or use local programs with --infrastructure processes."),

            "processes" => LocalPrograms(out var missing)
                ?? throw new PlainErrorException($"Not found on this machine: {missing}; install what is missing ({HowToInstall}), or use --infrastructure containers."),

            null or "" => containerEngineAnswers()
                ? new Containers()
                : LocalPrograms(out var missing)
                    ?? throw new PlainErrorException($"No container engine answers, and not found on this machine: {missing}; start Docker or Podman, or install what is missing ({HowToInstall})."),

            _ => throw new PlainErrorException($"The setting {Key} knows \"containers\" and \"processes\", not \"{wish}\"."),
        };

        Processes? LocalPrograms(out string missing)
        {
            var postgres = OperatingSystem.IsWindows() ? null : programs.FindPostgres(data.Of("postgres"));
            var rabbit = OperatingSystem.IsWindows() ? null : programs.FindRabbitMQ();
            missing = string.Join(" and ", new[] { postgres is null ? "PostgreSQL" : null, rabbit is null ? "RabbitMQ" : null }.OfType<string>());
            return postgres is not null && rabbit is not null ? new Processes(postgres, rabbit) : null;
        }
    }
}
