using System.Management.Automation;
using System.Text.RegularExpressions;
using QuantPS.Tests.Commands;

namespace QuantPS.Tests.Help;

[Collection(ModuleCollection.Name)]
public sealed partial class HelpTests(ModuleSession session)
{
    public static TheoryData<string> Topics => [.. Topic.Names];

    public static TheoryData<string> Commands => [.. HelpFile.Commands.Select(command => command.Name)];

    [Fact]
    public void Every_command_has_help_and_no_help_is_of_a_command_that_is_gone()
    {
        string[] commands = [.. session.Run("(Get-Command -Module QuantPS).Name").Output.Select(name => (string)name.BaseObject).Order()];

        Assert.Equal(commands, HelpFile.Commands.Select(command => command.Name).Order());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Get_Help_shows_what_the_command_is_for_and_how_it_is_used(string name)
    {
        string[] parts = [.. session.Run(
            """
            $help = Get-Help $args[0] -Full
            "$($help.Synopsis)"; "$($help.description.Text)"; "$($help.returnValues.returnValue.description.Text)"; "$($help.examples.example.code)"
            """, name).Output.Select(part => (string)part.BaseObject)];

        Assert.Equal(4, parts.Length);
        Assert.All(parts[..3], text => Assert.EndsWith(".", text));
        Assert.Contains(name, parts[3]);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_describes_the_parameters_that_the_command_has(string name)
    {
        var command = session.Run("Get-Command $args[0]", name).Single<CmdletInfo>();
        HelpFile.Command help = HelpFile.Commands.Single(candidate => candidate.Name == name);

        Assert.Equal(
            command.Parameters.Values.Where(IsOwn).Select(parameter => parameter.Name).Order(),
            help.Parameters.Select(parameter => parameter.Name).Order());
        Assert.All(help.Parameters, parameter => Assert.EndsWith(".", parameter.Description));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_syntax_in_help_is_that_of_the_command(string name)
    {
        var command = session.Run("Get-Command $args[0]", name).Single<CmdletInfo>();
        HelpFile.Command help = HelpFile.Commands.Single(candidate => candidate.Name == name);

        Assert.Equal(
            command.ParameterSets.Select(set => string.Join(' ', set.Parameters.Where(IsOwn).Select(Describe).Order())).Order(),
            help.ParameterSets.Select(set => string.Join(' ', set.Select(Describe).Order())).Order());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Related_commands_exist(string name) =>
        Assert.All(HelpFile.Commands.Single(candidate => candidate.Name == name).Related, related => Assert.Contains(related, HelpFile.Commands.Select(command => command.Name)));

    [Theory]
    [MemberData(nameof(Topics))]
    public void Topics_are_found_and_name_only_commands_and_parameters_that_there_are(string name)
    {
        var text = session.Run("Get-Help $args[0]", name).Single<string>();

        Assert.StartsWith($"TOPIC\n    {name}\n", text.ReplaceLineEndings("\n"));
        Assert.All(text.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 79, line));
        Assert.Empty(WrongUses(Topic.Script(name)));
        Assert.All(CommandName().Matches(text).Select(match => match.Value).Where(IsOfTheModule), command => Assert.Contains(command, HelpFile.Commands.Select(known => known.Name)));
    }

    [Fact]
    public void The_first_topic_lists_every_command_and_every_other_topic()
    {
        string text = Topic.Read("about_QuantPS");

        Assert.All(HelpFile.Commands, command => Assert.Contains(command.Name, text));
        Assert.All(Topic.Names, topic => Assert.Contains(topic, text));
    }

    [Fact]
    public void The_readme_uses_only_commands_and_parameters_that_there_are() => Assert.Empty(WrongUses(Readme.Script));

    // Without running it: what the engine's own binder makes of each command of the module that a script calls.
    private IEnumerable<string> WrongUses(string script) => session.Run(
        """
        $errors = $null
        $ast = [System.Management.Automation.Language.Parser]::ParseInput($args[0], [ref] $null, [ref] $errors)
        foreach ($problem in $errors) { "$problem" }
        foreach ($command in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
            if ($command.GetCommandName() -match '^\w+-(Quant|Model|Image|Sample|Dynamic|Static|Qat|Training)') {
                if (-not (Get-Command $command.GetCommandName() -ErrorAction Ignore)) { "$command: no such command" }
                foreach ($problem in [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($command).BindingExceptions.Values) { "${command}: $($problem.BindingException.Message)" }
            }
        }
        """, script).Output.Select(problem => problem.ToString());

    private static bool IsOfTheModule(string command) => command.Contains("Quant") || command.Contains("-Model");

    [GeneratedRegex(@"\b[A-Z][a-z]+-[A-Z]\w+")]
    private static partial Regex CommandName();

    private static bool IsOwn(ParameterMetadata parameter) => IsOwn(parameter.Name);

    private static bool IsOwn(CommandParameterInfo parameter) => IsOwn(parameter.Name);

    private static bool IsOwn(string name) => name is "WhatIf" or "Confirm" || !Cmdlet.CommonParameters.Contains(name);

    private static string Describe(CommandParameterInfo parameter) =>
        $"{parameter.Name}({parameter.IsMandatory},{(parameter.Position < 0 ? "named" : parameter.Position)},{parameter.ValueFromPipeline},{parameter.ValueFromPipelineByPropertyName})";

    private static string Describe(HelpFile.Parameter parameter) =>
        $"{parameter.Name}({parameter.Required},{parameter.Position},{parameter.Pipeline.Contains("ByValue")},{parameter.Pipeline.Contains("ByPropertyName")})";
}
