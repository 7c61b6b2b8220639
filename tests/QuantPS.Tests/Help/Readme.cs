namespace QuantPS.Tests.Help;

/// <summary>The README of the repository.</summary>
internal static class Readme
{
    private const string Prompt = "    PS> ", Continued = "    >> ";

    /// <summary>What stands behind its prompts, as one script.</summary>
    public static string Script { get; } = string.Join("\n", File.ReadLines(Path.Combine(Repository.Root, "README.md"))
        .Where(line => line.StartsWith(Prompt) || line.StartsWith(Continued))
        .Select(line => line[(line.StartsWith(Prompt) ? Prompt : Continued).Length..]));
}
