using System.Management.Automation;

namespace QuantPS.Tests.Commands;

/// <summary>What a script says to a pipeline. The lines go to the host, so they are redirected.</summary>
[Collection(ModuleCollection.Name)]
public sealed class PublishTests(ModuleSession session)
{
    private const string Models = """
        $float = Get-QuantizedPretrained sample_net -Float
        $comparison = $float | Invoke-DynamicQuantization | Compare-QuantModel $float -Part Size

        """;

    [Fact]
    public void Figures_are_variables_and_files_are_told_of()
    {
        using TemporaryFolder folder = new();
        ModuleSession.Result result = session.RunIn(folder.Path, Models + """
            $comparison | Export-QuantReport report.md | Out-Null
            $comparison | Publish-QuantResult -Summary report.md -Artifact report.md -Tag int8 -PercentComplete 50 -Activity Working -Style Azure 6>&1
            """);

        Assert.Empty(result.Errors);
        string[] lines = [.. result.Output.Select(line => line.ToString())];
        Assert.Equal("##vso[task.setprogress value=50;]Working", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("##vso[task.setvariable variable=quantps.ratio]1.6"));
        Assert.Equal(
            [$"##vso[task.uploadsummary]{folder.At("report.md")}", $"##vso[artifact.upload containerfolder=quantps;artifactname=quantps]{folder.At("report.md")}", "##vso[build.addbuildtag]int8"],
            lines[^3..]);
    }

    [Theory]
    [InlineData("Azure", "##vso[task.logissue type=warning;code=ModelTooLarge", "##vso[task.logissue type=error;code=RatioTooLow")]
    [InlineData("GitHub", "::warning title=ModelTooLarge", "::error title=RatioTooLow")]
    public void An_assertion_writes_its_issues_for_the_pipeline_before_it_stops_the_script(string style, string warning, string error)
    {
        ModuleSession.Result result = session.Run(Models + $"$comparison | Assert-QuantModelGate -MinRatio 9 -SoftLimit @{{ MaxSizeMB = 0.1 }} -Style {style} 6>&1");

        Assert.Equal("RatioTooLow,QuantPS.Commands.AssertQuantModelGateCommand", result.Error.FullyQualifiedErrorId);
        string[] lines = [.. result.Output.Select(line => line.ToString())];
        Assert.Equal(2, lines.Length);
        Assert.StartsWith(warning, lines[0]);
        Assert.StartsWith(error, lines[1]);
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void The_environment_of_the_machine_is_told_with_what_runs()
    {
        var environment = session.Run("Get-QuantPSEnvironment").Single<QuantPS.Analysis.QuantEnvironment>();

        Assert.Contains(environment.InstructionSet!.Value, environment.InstructionSets);
        Assert.Equal("0.1.0", environment.ModuleVersion);
        Assert.Equal(["Media", "Torch"], environment.Bridges.Select(bridge => bridge.Name));
        Assert.True(environment.Bridges[0].IsAvailable, environment.Bridges[0].Problem);
        Assert.Equal(environment.Bridges.Count(bridge => !bridge.IsAvailable), environment.Problems.Length);
    }

    [Fact]
    public void A_library_that_is_missing_is_a_problem_that_says_why()
    {
        using TemporaryFolder folder = new();
        QuantPS.Tests.Host.HostProcess.Result result = QuantPS.Tests.Host.HostProcess.RunScript(
            """
            param($Bridges)
            [QuantPS.Bridges.Bridge]::Root = $Bridges
            $env:QUANTPS_INSTRUCTION_SET = 'Abacus'
            (Get-QuantPSEnvironment).Problems
            """, "-Bridges", folder.Path);

        Assert.Equal("", result.Error);
        Assert.Contains("'Abacus', is not one of those that this machine has", result.Output);
        Assert.Contains("Media: not there, so no reading images. QuantPS.Media.dll is not in", result.Output);
        Assert.Contains("Torch: not there, so no training", result.Output);
    }

    [Theory]
    [InlineData("throw 'no luck'", "##vso[task.logissue type=error;code=ScriptError]no luck")]
    [InlineData("Import-QuantModel -LiteralPath ./absent##vso[x].pth", "##vso[task.logissue type=error;code=CheckpointNotFound]There is no file '")]
    [InlineData("Get-QuantizedPretrained sample_net -Backend \"##vso[x]`n\"", "##vso[task.logissue type=error;code=CannotConvertArgumentNoMessage]Cannot bind parameter 'Backend'. Cannot convert value \"# #vso[x]\\u000A\"")]
    public void An_error_that_was_caught_is_an_issue(string script, string line)
    {
        ModuleSession.Result result = session.Run($"$ErrorActionPreference = 'Stop'; try {{ {script} }} catch {{ $_ | Publish-QuantResult -Style Azure 6>&1 }}");

        Assert.StartsWith(line, Assert.Single(result.Output).ToString());
    }

    [Fact]
    public void A_file_that_is_not_there_and_an_input_without_sense_are_errors()
    {
        Assert.StartsWith("PathNotFound,", session.Run("Publish-QuantResult -Summary ./absent.md -Style Plain").Error.FullyQualifiedErrorId);
        Assert.StartsWith("ArtifactNameInvalid,", session.Run("Publish-QuantResult -ArtifactName 'a;b' -Style Plain").Error.FullyQualifiedErrorId);
        Assert.StartsWith("VariableNameInvalid,", session.Run("Publish-QuantResult -Variable @{ 'a]b' = 1 } -Style Plain").Error.FullyQualifiedErrorId);
        Assert.StartsWith("ReportInputUnknown,", session.Run("1 | Publish-QuantResult -Style Plain").Error.FullyQualifiedErrorId);
        Assert.StartsWith("ReportInputUnknown,", session.Run("$null | Publish-QuantResult -Style Plain").Error.FullyQualifiedErrorId);
    }
}
