using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace QuantPS.Host;

/// <summary>Asks at the terminal; where nobody can answer, every question is an error that says what was missing.</summary>
internal sealed class Questions(Terminal terminal)
{
    public static PSInvalidOperationException CannotAsk(string what) =>
        new($"QuantPS.Host does not run interactively and cannot ask for {what}; pass it as a parameter of the script.");

    public string Ask(string label)
    {
        if (!terminal.IsInteractive) throw CannotAsk(label.Length == 0 ? "input" : $"'{label}'");
        if (label.Length > 0) terminal.Output.Write($"{label}: ");
        return Console.ReadLine() ?? throw new PipelineStoppedException();
    }

    public Dictionary<string, PSObject> AskFor(string caption, string message, Collection<FieldDescription> fields)
    {
        if (!terminal.IsInteractive) throw CannotAsk(string.Join(", ", fields.Select(field => $"'{field.Name}'")));
        terminal.Output.WriteLine($"{caption}{Environment.NewLine}{message}".Trim());
        return fields.ToDictionary(field => field.Name, field => PSObject.AsPSObject(Ask(field.Name)));
    }

    public int Choose(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        if (!terminal.IsInteractive) throw CannotAsk($"a choice ({message})");
        terminal.Output.WriteLine($"{caption}{Environment.NewLine}{message}".Trim());
        string[] labels = [.. choices.Select(choice => choice.Label.Replace("&", ""))];
        while (true)
        {
            string answer = Ask($"[{string.Join("/", labels)}]");
            if (answer.Length == 0 && defaultChoice >= 0) return defaultChoice;
            int chosen = Array.FindIndex(labels, label => answer.Length > 0 && label.StartsWith(answer, StringComparison.OrdinalIgnoreCase));
            if (chosen >= 0) return chosen;
        }
    }
}
