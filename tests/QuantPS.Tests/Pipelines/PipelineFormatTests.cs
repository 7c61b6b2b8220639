using QuantPS.Gates;
using QuantPS.Pipelines;
using QuantPS.Tests.Gates;

namespace QuantPS.Tests.Pipelines;

public sealed class PipelineFormatTests : IDisposable
{
    private const string Hostile = "m]\r\n##vso[task.setvariable variable=a;]b\n::set-output name=a::b\n%0A%0D;,:x##[error]y";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("TF_BUILD", PipelineStyle.Azure)]
    [InlineData("GITHUB_ACTIONS", PipelineStyle.GitHub)]
    [InlineData("CI", PipelineStyle.Plain)]
    public void The_environment_tells_the_style(string variable, PipelineStyle style) =>
        Assert.Equal(style, PipelineFormat.For(PipelineStyle.Auto, name => name == variable ? "True" : null).Style);

    [Fact]
    public void A_style_that_is_asked_for_holds_in_every_environment() =>
        Assert.Equal(PipelineStyle.Plain, PipelineFormat.For(PipelineStyle.Plain, _ => "True").Style);

    [Fact]
    public void Azure_is_told_in_logging_commands()
    {
        PipelineFormat azure = PipelineFormat.For(PipelineStyle.Azure);

        Assert.Equal(["##vso[task.logissue type=error;code=ModelTooLarge;sourcepath=/a b/c.ps1;linenumber=7]The model is 50%AZP25 too large."],
            azure.Issue(true, "ModelTooLarge", "The model is 50% too large.", "/a b/c.ps1", 7));
        Assert.Equal(["##vso[task.logissue type=warning;code=RatioTooLow]Low."], azure.Issue(false, "RatioTooLow", "Low."));
        Assert.Equal(["##vso[task.setvariable variable=quantps.top1]95.1", "##vso[task.setvariable variable=quantps.top1;isOutput=true]95.1"], azure.Variable("quantps.top1", "95.1"));
        Assert.Equal(["##vso[task.setprogress value=40;]Calibrating"], azure.Progress(40, "Calibrating"));
        Assert.Equal(["##vso[task.uploadsummary]/a/b.md"], azure.Summary("/a/b.md"));
        Assert.Equal(["##vso[artifact.upload containerfolder=quantps;artifactname=quantps]/a/b.html"], azure.Artifact(["/a/b.html"], "quantps"));
        Assert.Equal(["##vso[build.addbuildtag]int8- good"], azure.Tag("int8: good"));
    }

    [Fact]
    public void GitHub_is_told_in_workflow_commands_and_files()
    {
        string summary = _folder.Write("report.md", "# Report"u8.ToArray());
        PipelineFormat github = GitHub();

        Assert.Equal(["::error title=ModelTooLarge,file=/a b/c.ps1,line=7::The model is 50%25 too large."], github.Issue(true, "ModelTooLarge", "The model is 50% too large.", "/a b/c.ps1", 7));
        Assert.Equal(["::warning title=RatioTooLow::Low."], github.Issue(false, "RatioTooLow", "Low."));
        Assert.Equal(["quantps_top1 = 95.1"], github.Variable("quantps.top1", "95.1"));
        Assert.Single(github.Summary(summary));
        Assert.Single(github.Artifact([summary, "/a/b c.html"], "quantps"));
        Assert.Equal(["::notice title=Tag::int8"], github.Tag("int8"));
        Assert.Equal("# Report\n", File.ReadAllText(_folder.At("summary")));
        Assert.Matches(@"\Aquantps_top1<<(end_[0-9A-F]{32})\n95\.1\n\1\nartifact_quantps<<(end_[0-9A-F]{32})\n.*report\.md\n/a/b c\.html\n\2\n\z", File.ReadAllText(_folder.At("output")));
    }

    [Theory]
    [InlineData(PipelineStyle.Plain)]
    [InlineData(PipelineStyle.Azure)]
    [InlineData(PipelineStyle.GitHub)]
    public void Nothing_in_a_name_becomes_a_command(PipelineStyle style)
    {
        PipelineFormat format = style == PipelineStyle.GitHub ? GitHub() : PipelineFormat.For(style);
        GateResult gate = QualityGate.Check(Comparisons.Create(name: Hostile, layer: Hostile), new GateLimits(GateLimits.Empty.Add("MinLayerSqnr", 99), GateLimits.Empty))[0];
        string[] lines =
        [
            .. PipelineFigures.Lines(format, gate, Hostile, 3), .. format.Issue(false, Hostile, Hostile, Hostile, 1), .. format.Tag(Hostile), .. format.Progress(1, Hostile),
            .. format.Variable("a", Hostile), .. format.Artifact([Hostile.ReplaceLineEndings(" "), "b"], Hostile),
        ];

        Assert.All(lines, line => Assert.DoesNotContain(line, character => character is '\r' or '\n'));
        // The agent runs the first command of a line, the runner one at its start; anything behind that is text of the command.
        string[] known = ["##vso[task.logissue type=", "##vso[task.setvariable variable=a", "##vso[task.setprogress value=1;]", "##vso[build.addbuildtag]",
            "##vso[artifact.upload containerfolder=", "::error title=LayerSqnrTooLow,", "::warning title=", "::notice title=Tag::"];
        Assert.All(lines, line => Assert.True(known.Any(line.StartsWith) || !(line.Contains("##vso[") || line.Contains("##[") || line.Contains("::")), line));
        // The properties of a command end where the format ends them.
        Assert.All(lines.Where(line => line.StartsWith("##vso[task.logissue")), line => Assert.DoesNotContain("##vso[task.setvariable", line[(line.IndexOf(']') + 1)..]));
        Assert.All(lines.Where(line => line.StartsWith("::")), line => Assert.DoesNotContain("::", line[(line.IndexOf("::", 2, StringComparison.Ordinal) + 2)..]));
    }

    [Fact]
    public void A_file_whose_name_GitHub_would_take_for_two_is_an_error() =>
        Assert.Equal("ArtifactPathUnsuitable", Assert.Throws<QuantPSException>(() => GitHub().Artifact(["/a\n/etc/passwd"], "quantps")).ErrorId);

    [Fact]
    public void A_percent_sign_in_a_name_is_not_read_as_a_line_break()
    {
        Assert.Equal(["##vso[task.logissue type=error;code=A]a%AZP250Ab"], PipelineFormat.For(PipelineStyle.Azure).Issue(true, "A", "a%0Ab"));
        Assert.Equal(["::error title=A::a%250Ab"], GitHub().Issue(true, "A", "a%0Ab"));
    }

    private PipelineFormat GitHub() => PipelineFormat.For(PipelineStyle.GitHub,
        name => name switch { "GITHUB_OUTPUT" => _folder.At("output"), "GITHUB_STEP_SUMMARY" => _folder.At("summary"), _ => null });
}
