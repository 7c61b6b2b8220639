using System.Management.Automation;
using QuantPS.Tests.Commands;

namespace QuantPS.Tests.Help;

[Collection(ModuleCollection.Name)]
public sealed class HelpTests(ModuleSession session)
{
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

    [Fact]
    public void The_about_topic_is_found()
    {
        var text = session.Run("Get-Help about_QuantPS").Single<string>();

        Assert.All(HelpFile.Commands, command => Assert.Contains(command.Name, text));
        Assert.All(text.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 79, line));
    }

    private static bool IsOwn(ParameterMetadata parameter) => IsOwn(parameter.Name);

    private static bool IsOwn(CommandParameterInfo parameter) => IsOwn(parameter.Name);

    private static bool IsOwn(string name) => name is "WhatIf" or "Confirm" || !Cmdlet.CommonParameters.Contains(name);

    private static string Describe(CommandParameterInfo parameter) =>
        $"{parameter.Name}({parameter.IsMandatory},{(parameter.Position < 0 ? "named" : parameter.Position)},{parameter.ValueFromPipeline},{parameter.ValueFromPipelineByPropertyName})";

    private static string Describe(HelpFile.Parameter parameter) =>
        $"{parameter.Name}({parameter.Required},{parameter.Position},{parameter.Pipeline.Contains("ByValue")},{parameter.Pipeline.Contains("ByPropertyName")})";
}
