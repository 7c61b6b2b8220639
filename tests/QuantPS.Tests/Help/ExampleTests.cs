using System.Management.Automation;
using QuantPS.Tests.Commands;

namespace QuantPS.Tests.Help;

/// <summary>Runs the examples of the help as a user would, each in an empty folder.</summary>
[Collection(ModuleCollection.Name)]
public sealed class ExampleTests(ModuleSession session)
{
    public static TheoryData<string, int> Examples
    {
        get
        {
            var examples = new TheoryData<string, int>();
            foreach (HelpFile.Command command in HelpFile.Commands)
                for (int i = 0; i < command.Examples.Count; i++)
                    examples.Add(command.Name, i + 1);
            return examples;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_example_runs(string command, int number)
    {
        string code = HelpFile.Commands.Single(candidate => candidate.Name == command).Examples[number - 1];
        using TemporaryFolder folder = new();

        ModuleSession.Result result = session.RunIn(folder.Path, code);

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        Assert.NotEmpty(result.Output);
    }
}
