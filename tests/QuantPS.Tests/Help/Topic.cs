using System.Text.RegularExpressions;

namespace QuantPS.Tests.Help;

/// <summary>The about topics of the published module, read on their own.</summary>
internal static partial class Topic
{
    internal sealed record Error(string Id, string Category, string Meaning, string Remedy);

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Module, "en-US"), "*.help.txt").Select(path => Path.GetFileName(path).Replace(".help.txt", "")).Order()];

    /// <summary>The table of errors, as about_QuantPS_Errors shows it.</summary>
    public static IReadOnlyList<Error> Errors { get; } = [.. Entry().Matches(Read("about_QuantPS_Errors")).Select(match => new Error(
        match.Groups["id"].Value, match.Groups["category"].Value, Joined(match.Groups["meaning"]), Joined(match.Groups["remedy"])))];

    public static string Read(string name) => File.ReadAllText(Path.Combine(Repository.Module, "en-US", $"{name}.help.txt")).ReplaceLineEndings("\n");

    /// <summary>The examples of a topic as one script: the blocks that stand alone, eight columns in.</summary>
    public static string Script(string name) => string.Join("\n", Block().Matches(Read(name)).Select(match => match.Groups["code"].Value));

    private static string Joined(Group lines) => string.Join(' ', lines.Value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"^    (?<id>\w+) \[(?<category>\w+)\]\n        - (?<meaning>(.+\n)+?)        - (?<remedy>(.+\n)+)", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"(?<=\n\n)(?<code>( {8}.*\n)+)(?=\n)")]
    private static partial Regex Block();
}
