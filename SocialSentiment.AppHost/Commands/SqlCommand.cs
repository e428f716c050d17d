using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Npgsql;

namespace SocialSentiment.AppHost.Commands;

/// <summary>"Run SQL query" on the database: look without being able to touch.</summary>
internal static class SqlCommand
{
    public const string Name = "sql";
    public const string Argument = "query";

    private const int MostRows = 200;

    public static IResourceBuilder<T> WithSqlCommand<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithConnectionString =>
        builder.WithCommand(Name, "Run SQL query", context => ExecuteAsync(builder.Resource, context), new CommandOptions
        {
            Description = "Runs one read-only query and shows its rows.",
            IconName = "DatabaseSearch",
            Arguments =
            [
                new InteractionInput
                {
                    Name = Argument,
                    Label = "Query",
                    Description = "One statement; it can only read and is cut off after 5 seconds.",
                    Placeholder = "select * from posts order by id desc limit 20",
                    InputType = InputType.Text,
                    Required = true,
                },
            ],
        });

    private static async Task<ExecuteCommandResult> ExecuteAsync(IResourceWithConnectionString database, ExecuteCommandContext context)
    {
        var connectionString = await database.ConnectionStringExpression.GetValueAsync(context.CancellationToken);
        try
        {
            return await QueryAsync(connectionString!, context.Arguments[Argument].Value!, context.CancellationToken);
        }
        catch (NpgsqlException e)
        {
            return CommandResults.Failure(e.Message);
        }
    }

    internal static async Task<ExecuteCommandResult> QueryAsync(string connectionString, string query, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Timeout=5;Command Timeout=10");
        await connection.OpenAsync(cancellationToken);

        // Three locks: the transaction is read-only; the role owns nothing, so that neither files nor programs of the
        // server are in reach; and a batch command is one statement, so that no second one can undo the first two.
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("set local transaction_read_only = on"),
                new("set local statement_timeout = '5s'"),
                new("set local role pg_read_all_data"),
                new(query),
            },
        };

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (reader.FieldCount == 0)
        {
            return CommandResults.Success("The query returned no rows.");
        }

        var rows = new List<string?[]>();
        while (rows.Count < MostRows && await reader.ReadAsync(cancellationToken))
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "∅" : Text(reader.GetValue(i)))]);
        }

        var table = MarkdownTable.Of([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)], rows);
        var more = rows.Count == MostRows && await reader.ReadAsync(cancellationToken);
        return CommandResults.Success(
            more ? $"The first {MostRows} rows." : $"{rows.Count} rows.", table, CommandResultFormat.Markdown, displayImmediately: true);
    }

    private static string? Text(object value) => value switch
    {
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        byte[] bytes => $"({bytes.Length} bytes)",
        Array list => string.Join(", ", list.Cast<object?>()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
