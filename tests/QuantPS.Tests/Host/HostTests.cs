using System.Diagnostics;

namespace QuantPS.Tests.Host;

public sealed class HostTests
{
    [Fact]
    public void Output_is_formatted_as_at_the_prompt_and_without_colours()
    {
        HostProcess.Result result = HostProcess.RunScript("[pscustomobject]@{ Name = 'alpha'; Count = 2 }");

        string[] lines = result.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["Name  Count", "----  -----", "alpha     2"], lines.Select(line => line.TrimEnd()));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [Fact]
    public void Arguments_reach_the_parameters_of_the_script()
    {
        const string Script = "param($Name, [switch] $On, [switch] $Off, $Rest) \"$Name|$On|$Off|$Rest|$PSScriptRoot\"";

        HostProcess.Result result = HostProcess.RunScript(Script, "-Name", "two words", "-On", "-Off:$false", "it's $(last)");

        Assert.StartsWith("two words|True|False|it's $(last)|", result.Output);
        Assert.Contains("a folder [1]", result.Output);
    }

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("function Leave { exit 3 } Leave; 'not reached'", 3)]
    [InlineData("throw 'no'", 1)]
    [InlineData("Get-Module -Name", 0)]
    [InlineData("this is { not a script", 1)]
    [InlineData("Import-Module nowhere; 'goes on'", 0)]
    public void The_end_of_the_script_is_the_exit_code(string script, int exitCode) =>
        Assert.Equal(exitCode, HostProcess.RunScript(script).ExitCode);

    [Fact]
    public void What_was_written_before_an_exit_is_shown()
    {
        HostProcess.Result result = HostProcess.RunScript("[pscustomobject]@{ Name = 'alpha'; Count = 2 }; 'text'; exit 3");

        Assert.Equal((3, ""), (result.ExitCode, result.Error));
        Assert.Matches(@"alpha\s+2[\s\S]+text", result.Output);
    }

    [Fact]
    public void A_terminating_error_goes_to_standard_error_with_its_place()
    {
        HostProcess.Result result = HostProcess.RunScript("'before'\nthrow 'no more'");

        Assert.Equal((1, "before"), (result.ExitCode, result.Output.Trim()));
        Assert.Matches(@"script\.ps1:2[\s\S]+no more", result.Error);
    }

    [Fact]
    public void Errors_go_to_standard_error_with_their_place_and_the_rest_to_standard_output()
    {
        HostProcess.Result result = HostProcess.RunScript(
            "Import-Module nowhere\n$Host.UI.WriteWarningLine('take care'); $Host.UI.WriteVerboseLine('at work')");

        Assert.Matches("script.ps1:1", result.Error);
        Assert.Contains("'nowhere'", result.Error);
        Assert.Equal(["WARNING: take care", "VERBOSE: at work"], result.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Progress_is_not_written_where_output_is_redirected()
    {
        HostProcess.Result result = HostProcess.RunScript(
            "$Host.UI.WriteProgress(1, [System.Management.Automation.ProgressRecord]::new(1, 'Calibrating', 'half')); 'done'");

        Assert.Equal(("done", ""), (result.Output.Trim(), result.Error));
    }

    [Fact]
    public void A_missing_parameter_is_an_error_and_never_a_question()
    {
        HostProcess.Result result = HostProcess.RunScript("param([Parameter(Mandatory)] $Model) $Model");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Model", result.Error);
    }

    [Fact]
    public void The_module_is_imported_through_the_manifest()
    {
        HostProcess.Result result = HostProcess.RunScript("$module = Get-Module QuantPS; \"$($module.ModuleBase)|$($module.Version)|$($module.PowerShellVersion)\"");

        Assert.Equal($"{Repository.Root}|0.1.0|7.6", result.Output.Trim());
    }

    [Fact]
    public void A_script_that_is_not_there_is_named()
    {
        HostProcess.Result result = HostProcess.Run("nowhere.ps1");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("'nowhere.ps1'", result.Error);
    }

    [Fact]
    public void An_interrupt_stops_the_script_lets_it_clean_up_and_ends_with_130()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows cannot send an interrupt to a single child process.");
        using TemporaryFolder folder = new();
        string script = folder.At("loop.ps1");
        File.WriteAllText(script, "try { 'running'; while ($true) { } } finally { [Console]::Out.WriteLine('cleaned up') }");
        using Process host = HostProcess.Start(script);
        Assert.Equal("running", host.StandardOutput.ReadLine());

        Process.Start("kill", ["-INT", $"{host.Id}"]).WaitForExit();

        Assert.True(host.WaitForExit(TimeSpan.FromSeconds(5)));
        Assert.Equal((130, "cleaned up"), (host.ExitCode, host.StandardOutput.ReadToEnd().Trim()));
    }
}
