using QuantPS.Tests.Host;

namespace QuantPS.Tests.Commands;

/// <summary>What reaches the log of a pipeline when models, classes and files have names that are commands to its agent.</summary>
public sealed class HostileNameTests
{
    private const string Name = "a]\r\n##vso[task.setvariable variable=x;]y\n::set-output name=x::y%0A\u001b[2J##[error]z";

    // Windows keeps line breaks and colons out of file names, and PowerShell takes what stands before two colons for a provider.
    private static readonly string _fileName = OperatingSystem.IsWindows()
        ? "a]##vso[task.setvariable variable=x;]y%0A##[error]z" : Name.Replace("::", ":", StringComparison.Ordinal);

    [Fact]
    public void Hostile_names_are_text_in_every_view_message_and_stream()
    {
        using TemporaryFolder folder = new();
        HostProcess.Result result = HostProcess.Run(
            Path.Combine(Repository.Root, "tests", "Pester", "HostileNames.ps1"), "-Folder", folder.Path, "-File", _fileName, "-Name", Name);

        string log = result.Output + result.Error;
        Assert.EndsWith("done", result.Output.TrimEnd());
        Assert.True(log.Split("set-output").Length > 40, log);
        Assert.True(log.Split("vso[task.setvariable").Length > 40, log);
        Assert.All(log.Split('\n'), line =>
        {
            // The agent of Azure Pipelines finds its commands anywhere in a line, the runner of GitHub those of its first version too.
            Assert.DoesNotContain("##vso[", line, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("##[", line);
            Assert.False(line.TrimStart().StartsWith("::", StringComparison.Ordinal), line);
            Assert.DoesNotContain(line, character => character is '\u001b');
        });
    }
}
