using System.Globalization;

namespace QuantPS.Pipelines;

/// <summary>
/// Writes the logging commands of Azure Pipelines (docs/pipelines/scripts/logging-commands.md of azure-devops-docs), escaped as the agent
/// reads them. It takes the first command of a line, and everything after that command's bracket as its text.
/// </summary>
internal sealed class AzureFormat : PipelineFormat
{
    public override PipelineStyle Style => PipelineStyle.Azure;

    public override IEnumerable<string> Issue(bool isError, string id, string message, string? file, int line)
    {
        string place = string.IsNullOrEmpty(file) ? ""
            : $";sourcepath={Property(file)}{(line > 0 ? $";linenumber={line.ToString(CultureInfo.InvariantCulture)}" : "")}";
        return [$"##vso[task.logissue type={(isError ? "error" : "warning")};code={Property(id)}{place}]{Text(PlainText.Of(message))}"];
    }

    public override IEnumerable<string> Variable(string name, string value) =>
    [
        $"##vso[task.setvariable variable={Property(name)}]{Text(value)}",
        $"##vso[task.setvariable variable={Property(name)};isOutput=true]{Text(value)}",
    ];

    public override IEnumerable<string> Progress(int percent, string activity) =>
        [$"##vso[task.setprogress value={percent.ToString(CultureInfo.InvariantCulture)};]{Text(PlainText.Of(activity))}"];

    public override IEnumerable<string> Summary(string path) => [$"##vso[task.uploadsummary]{Text(path)}"];

    public override IEnumerable<string> Artifact(IReadOnlyList<string> paths, string name) =>
        paths.Select(path => $"##vso[artifact.upload containerfolder={Property(name)};artifactname={Property(name)}]{Text(path)}");

    // A colon is not allowed in a tag.
    public override IEnumerable<string> Tag(string tag) => [$"##vso[build.addbuildtag]{Text(PlainText.Of(tag).Replace(':', '-'))}"];

    private static string Text(string text) => text.Replace("%", "%AZP25").Replace("\r", "%0D").Replace("\n", "%0A");

    private static string Property(string text) => Text(text).Replace("]", "%5D").Replace(";", "%3B");
}
