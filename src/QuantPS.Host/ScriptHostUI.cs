using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace QuantPS.Host;

/// <summary>
/// Shows the streams of the engine: output, warnings, verbose and debug messages on standard output, errors on standard error,
/// progress on the last line of a terminal. Asks only where somebody can answer.
/// </summary>
internal sealed class ScriptHostUI(Terminal terminal) : PSHostUserInterface
{
    private readonly ProgressLine _progress = new(terminal);
    private readonly Questions _questions = new(terminal);
    private TextWriter _output = terminal.Output;

    public override ScriptHostRawUI RawUI { get; } = new(terminal);

    public override bool SupportsVirtualTerminal => terminal.IsTerminal;

    public override void Write(string value) => Show(_output, value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value) => Show(_output, value + Environment.NewLine);

    public override void WriteErrorLine(string value) => Show(terminal.Error, value + Environment.NewLine);

    public override void WriteWarningLine(string message) => WriteStyled(PSStyle.Instance.Formatting.Warning, "WARNING: " + message);

    public override void WriteVerboseLine(string message) => WriteStyled(PSStyle.Instance.Formatting.Verbose, "VERBOSE: " + message);

    public override void WriteDebugLine(string message) => WriteStyled(PSStyle.Instance.Formatting.Debug, "DEBUG: " + message);

    public override void WriteProgress(long sourceId, ProgressRecord record) => _progress.Update(sourceId, record);

    /// <summary>Takes the line of progress from the terminal.</summary>
    public void EndProgress() => _progress.End();

    /// <summary>Does something, and shows on standard error what it writes.</summary>
    public void WriteToError(Action action)
    {
        _output = terminal.Error;
        try
        {
            action();
        }
        finally
        {
            _output = terminal.Output;
        }
    }

    public override string ReadLine() => _questions.Ask("");

    public override SecureString ReadLineAsSecureString() => throw Questions.CannotAsk("a secret");

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        _questions.AskFor(caption, message, descriptions);

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        _questions.Choose(caption, message, choices, defaultChoice);

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw Questions.CannotAsk("a credential");

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName,
        PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw Questions.CannotAsk("a credential");

    private void WriteStyled(string style, string message) => WriteLine(style + message + PSStyle.Instance.Reset);

    private void Show(TextWriter writer, string text)
    {
        _progress.Clear();
        writer.Write(GetOutputString(text, SupportsVirtualTerminal));
        writer.Flush();
    }
}
