using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard;

/// <summary>Asks whoever sits at a dashboard for the arguments of a command. Every open dashboard shows the dialog; the first good answer counts.</summary>
internal sealed class CommandPrompts(ResourceCommandService commands)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Prompt> _open = [];
    private readonly HashSet<Channel<Wire.WatchInteractionsResponseUpdate>> _dashboards = [];
    private int _lastId;

    /// <summary>The arguments, complete and valid; null when the dialog was dismissed or the command given up.</summary>
    public async Task<InteractionInputCollection?> AskAsync(ResourceCommandAnnotation command, CancellationToken cancellationToken)
    {
        var prompt = new Prompt(Interlocked.Increment(ref _lastId), command);
        using var givenUp = cancellationToken.Register(prompt.Dismiss);
        lock (_lock)
        {
            _open.Add(prompt.Id, prompt);
            Tell(prompt.Question(command.Arguments));
        }

        try
        {
            return await prompt.Answer.ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _open.Remove(prompt.Id);
                Tell(prompt.End());
            }
        }
    }

    /// <summary>One dashboard's end of it: questions out, answers in, until it hangs up.</summary>
    public async IAsyncEnumerable<Wire.WatchInteractionsResponseUpdate> ConverseAsync(IAsyncEnumerable<Wire.WatchInteractionsRequestUpdate> answers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var questions = Channel.CreateUnbounded<Wire.WatchInteractionsResponseUpdate>(new() { SingleReader = true });
        lock (_lock)
        {
            _dashboards.Add(questions);
            foreach (var prompt in _open.Values)
            {
                questions.Writer.TryWrite(prompt.Question(prompt.Command.Arguments));
            }
        }

        var listening = ListenAsync(answers, questions.Writer, cancellationToken);
        try
        {
            await foreach (var question in questions.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return question;
            }
        }
        finally
        {
            lock (_lock)
            {
                _dashboards.Remove(questions);
            }

            await listening.ConfigureAwait(false);
        }
    }

    private async Task ListenAsync(IAsyncEnumerable<Wire.WatchInteractionsRequestUpdate> answers, ChannelWriter<Wire.WatchInteractionsResponseUpdate> questions, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var answer in answers.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                await TakeAsync(answer, cancellationToken).ConfigureAwait(false);
            }

            questions.TryComplete();
        }
        catch (Exception e)
        {
            questions.TryComplete(e);
        }
    }

    private async Task TakeAsync(Wire.WatchInteractionsRequestUpdate answer, CancellationToken cancellationToken)
    {
        Prompt? prompt;
        lock (_lock)
        {
            if (!_open.TryGetValue(answer.InteractionId, out prompt))
            {
                return;
            }
        }

        if (answer.InputsDialog is not { } dialog)
        {
            prompt.Dismiss();
            return;
        }

        var arguments = Fill(prompt.Command.Arguments, dialog.InputItems);
        if (!answer.ResponseUpdate && await commands.AreValidAsync(prompt.Command, arguments, cancellationToken).ConfigureAwait(false))
        {
            prompt.Accept(arguments);
            return;
        }

        // The dialog stays open and shows what is wrong.
        lock (_lock)
        {
            Tell(prompt.Question(arguments));
        }
    }

    private static InteractionInputCollection Fill(IEnumerable<InteractionInput> arguments, IEnumerable<Wire.InteractionInput> values)
    {
        var byName = values.ToDictionary(v => v.Name, v => v.Value, StringComparer.OrdinalIgnoreCase);
        return new([.. arguments.Select(a => a.WithValue(Normalize(a.InputType, byName.GetValueOrDefault(a.Name, a.Value ?? ""))))]);
    }

    /// <summary>A check box that was never touched comes as no value.</summary>
    private static string Normalize(InputType type, string value)
        => type != InputType.Boolean ? value : bool.TryParse(value, out var isChecked) && isChecked ? "true" : "false";

    private void Tell(Wire.WatchInteractionsResponseUpdate update)
    {
        foreach (var dashboard in _dashboards)
        {
            dashboard.Writer.TryWrite(update);
        }
    }

    private sealed record Prompt(int Id, ResourceCommandAnnotation Command)
    {
        private readonly TaskCompletionSource<InteractionInputCollection?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<InteractionInputCollection?> Answer => _answer.Task;

        public void Accept(InteractionInputCollection arguments) => _answer.TrySetResult(arguments);

        public void Dismiss() => _answer.TrySetResult(null);

        public Wire.WatchInteractionsResponseUpdate End() => new() { InteractionId = Id, Complete = new() };

        public Wire.WatchInteractionsResponseUpdate Question(IEnumerable<InteractionInput> inputs) => new()
        {
            InteractionId = Id,
            Title = Command.DisplayName,
            Message = Command.DisplayDescription ?? "",
            PrimaryButtonText = Command.DisplayName,
            ShowSecondaryButton = true,
            ShowDismiss = true,
            InputsDialog = new() { InputItems = { inputs.Select(InputMapper.Map) } },
        };
    }
}
