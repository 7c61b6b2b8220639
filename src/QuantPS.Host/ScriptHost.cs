using System.Globalization;
using System.Management.Automation.Host;

namespace QuantPS.Host;

/// <summary>The host that the engine talks to: a console that runs one script.</summary>
internal sealed class ScriptHost(Terminal terminal) : PSHost
{
    /// <summary>The code that the script ended with by <c>exit</c>, or null where it did not.</summary>
    public int? RequestedExitCode { get; private set; }

    public override string Name => "QuantPS.Host";

    public override Version Version { get; } = typeof(ScriptHost).Assembly.GetName().Version!;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override ScriptHostUI UI { get; } = new(terminal);

    public override void SetShouldExit(int exitCode) => RequestedExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("QuantPS.Host has no nested prompt.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("QuantPS.Host has no nested prompt.");

    public override void NotifyBeginApplication() { }

    public override void NotifyEndApplication() { }
}
