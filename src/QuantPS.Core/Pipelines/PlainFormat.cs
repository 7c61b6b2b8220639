namespace QuantPS.Pipelines;

/// <summary>Says things to people.</summary>
internal sealed class PlainFormat : PipelineFormat
{
    public override PipelineStyle Style => PipelineStyle.Plain;

    public override IEnumerable<string> Issue(bool isError, string id, string message, string? file, int line) =>
        [PlainText.Of($"{(isError ? "Error" : "Warning")} {id}: {message}")];

    public override IEnumerable<string> Variable(string name, string value) => [PlainText.Of($"{name} = {value}")];

    public override IEnumerable<string> Progress(int percent, string activity) => [PlainText.Of($"{percent,3} % {activity}")];

    public override IEnumerable<string> Summary(string path) => [PlainText.Of($"Summary: {path}")];

    public override IEnumerable<string> Artifact(IReadOnlyList<string> paths, string name) => paths.Select(path => PlainText.Of($"Artifact {name}: {path}"));

    public override IEnumerable<string> Tag(string tag) => [PlainText.Of($"Tag: {tag}")];
}
