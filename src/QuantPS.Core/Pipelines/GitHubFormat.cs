using System.Globalization;
using System.Security.Cryptography;

namespace QuantPS.Pipelines;

/// <summary>
/// Writes the workflow commands of GitHub Actions (workflow-commands.md of its documentation), escaped as the runner reads them, and appends
/// to the files that it names in <c>GITHUB_OUTPUT</c> and <c>GITHUB_STEP_SUMMARY</c>.
/// </summary>
internal sealed class GitHubFormat(Func<string, string?> environment) : PipelineFormat
{
    public override PipelineStyle Style => PipelineStyle.GitHub;

    public override IEnumerable<string> Issue(bool isError, string id, string message, string? file, int line)
    {
        string place = string.IsNullOrEmpty(file) ? ""
            : $",file={Property(file)}{(line > 0 ? $",line={line.ToString(CultureInfo.InvariantCulture)}" : "")}";
        return [$"::{(isError ? "error" : "warning")} title={Property(id)}{place}::{Text(PlainText.Of(message))}"];
    }

    public override IEnumerable<string> Variable(string name, string value)
    {
        // A name may have no dots, and the value ends at a word that nobody can guess.
        string end = $"end_{Convert.ToHexString(RandomNumberGenerator.GetBytes(16))}", output = name.Replace('.', '_');
        Append("GITHUB_OUTPUT", $"{output}<<{end}\n{value}\n{end}\n");
        return [PlainText.Of($"{output} = {value}")];
    }

    public override IEnumerable<string> Progress(int percent, string activity) => [PlainText.Of($"{percent,3} % {activity}")];

    public override IEnumerable<string> Summary(string path)
    {
        Append("GITHUB_STEP_SUMMARY", File.ReadAllText(path) + "\n");
        return [PlainText.Of($"Summary: {path}")];
    }

    // There is no command for it: the next step takes the paths from the output, a line each.
    public override IEnumerable<string> Artifact(IReadOnlyList<string> paths, string name) => paths.FirstOrDefault(path => path.AsSpan().ContainsAny('\r', '\n')) is { } broken
        ? throw new QuantPSException("ArtifactPathUnsuitable", $"The file '{broken}' cannot be told of to GitHub: its name has a line break. Rename it.", broken)
        : Variable($"artifact.{name}", string.Join('\n', paths));

    public override IEnumerable<string> Tag(string tag) => [$"::notice title=Tag::{Text(PlainText.Of(tag))}"];

    private void Append(string variable, string text)
    {
        if (environment(variable) is { Length: > 0 } file) File.AppendAllText(file, text);
    }

    private static string Text(string text) => text.Replace("%", "%25").Replace("\r", "%0D").Replace("\n", "%0A");

    private static string Property(string text) => Text(text).Replace(":", "%3A").Replace(",", "%2C");
}
