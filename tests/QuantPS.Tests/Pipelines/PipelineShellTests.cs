using System.Text.RegularExpressions;
using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Tests.Host;
using QuantPS.Zoo;
using YamlDotNet.RepresentationModel;

namespace QuantPS.Tests.Pipelines;

/// <summary>The pipeline script, run as each agent runs it: the body of the step, its environment, its output redirected.</summary>
public sealed partial class PipelineShellTests : IDisposable
{
    // Windows keeps colons out of file names.
    private static readonly string _hostile = OperatingSystem.IsWindows() ? "a]##vso[task.complete]%0A" : "a]##vso[task.complete result=Succeeded;]%0A:set-output name=x:##[error]";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Shells => ["template", "action", "task"];

    [Theory]
    [MemberData(nameof(Shells))]
    public void All_ways_in_have_the_inputs_of_the_script_and_paste_none_into_it(string name)
    {
        PipelineShell shell = Shell(name);

        Assert.Equal(shell.Defaults.Keys.Order(), shell.Environment.Values.Order());
        Assert.All(shell.Environment, variable => Assert.Equal($"QUANTPS_INPUT_{variable.Value.ToUpperInvariant()}", variable.Key));
        string[] known = [.. InputName().Matches(File.ReadAllText(Path.Combine(PipelineShell.Root, "Quantize.ps1"))).Select(match => match.Value.Trim('\'')), "module"];
        // An action uploads nothing: the step after it names the artifact.
        Assert.Equal(known.Where(input => name != "action" || input != "artifactName").Order(), shell.Defaults.Keys.Order());
        Assert.Equal(PipelineShell.Template.Script, shell.Script);
        Assert.DoesNotContain("${{", shell.Script);
        Assert.DoesNotContain("$(", shell.Script);
    }

    [Fact]
    public void Each_limit_of_the_gates_that_a_pipeline_needs_is_an_input() => Assert.Equal(
        QuantPS.Gates.QualityGate.All.Select(gate => gate.Name).Except(["MaxPerplexity"]).Order(StringComparer.OrdinalIgnoreCase),
        PipelineShell.Template.Defaults.Keys.Where(name => name.StartsWith("max") || name.StartsWith("min")).Select(name => char.ToUpperInvariant(name[0]) + name[1..]).Order(StringComparer.OrdinalIgnoreCase));

    [Fact]
    public void The_template_publishes_the_gates_as_test_results_and_the_action_hands_on_what_the_script_sets()
    {
        YamlNode results = ((YamlSequenceNode)PipelineShell.Load("azure", "steps.yml")["steps"]).ElementAt(1);
        Assert.Equal(("PublishTestResults@2", "succeededOrFailed()"), (PipelineShell.Text(results, "task"), PipelineShell.Text(results, "condition")));
        Assert.Equal(("JUnit", "gates.xml", "$(quantps.folder)"),
            (PipelineShell.Text(results["inputs"], "testResultsFormat"), PipelineShell.Text(results["inputs"], "testResultsFiles"), PipelineShell.Text(results["inputs"], "searchFolder")));

        Assert.All((YamlMappingNode)PipelineShell.Load("github", "action.yml")["outputs"],
            output => Assert.Matches(@"\A\$\{\{ steps\.quantize\.outputs\.(quantps_[A-Za-z0-9]+|artifact_quantps) \}\}\z", PipelineShell.Text(output.Value, "value")));
    }

    [Fact]
    public void Azure_is_told_of_a_model_that_passes()
    {
        HostProcess.Result result = Run(PipelineShell.Template, "TF_BUILD", Inputs(("minRatio", "1"), ("tag", "int8: ok")));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string folder = _folder.At("out");
        Assert.Equal(
        [
            "##vso[task.setprogress value=0;]Reading the model",
            .. Variable("folder", folder),
            "##vso[task.setprogress value=10;]Quantizing",
            "##vso[task.setprogress value=40;]Comparing with the float model",
            "##vso[task.setprogress value=90;]Writing the results",
            .. Variable("sizeMB", "#"), .. Variable("ratio", "#"), .. Variable("latencyRatio", "#"),
            .. Variable("model", Path.Combine(folder, "model.pth")),
            $"##vso[task.uploadsummary]{Path.Combine(folder, "report.md")}",
            .. from file in (string[])["model.pth", "report.md", "report.html", "report.json", "gates.xml"]
               select $"##vso[artifact.upload containerfolder=quantps;artifactname=quantps]{Path.Combine(folder, file)}",
            "##vso[build.addbuildtag]int8- ok",
        ], Commands(result, "##vso["));
        Assert.All((string[])["model.pth", "report.md", "report.html", "report.json", "gates.xml"], file => Assert.True(File.Exists(Path.Combine(folder, file)), file));
    }

    [Fact]
    public void A_gate_that_is_not_passed_is_an_error_and_keeps_no_model()
    {
        HostProcess.Result result = Run(PipelineShell.Task, "TF_BUILD", Inputs(("minRatio", "9"), ("maxSizeMB", "100")));

        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        Assert.Contains("##vso[task.logissue type=error;code=RatioTooLow]float (DynamicInt8) is # times as small as its reference, and at least # times are asked for.",
            Commands(result, "##vso["));
        Assert.False(File.Exists(_folder.At("out", "model.pth")));
        Assert.Contains("<failure", File.ReadAllText(_folder.At("out", "gates.xml")));
    }

    [Fact]
    public void GitHub_is_told_in_commands_and_files()
    {
        Dictionary<string, string> inputs = Inputs(("minRatio", "9"));
        HostProcess.Result result = Run(PipelineShell.Action, "GITHUB_ACTIONS", inputs);

        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        Assert.Equal(["::error title=RatioTooLow::float (DynamicInt8) is # times as small as its reference, and at least # times are asked for."], Commands(result, "::"));
        string outputs = File.ReadAllText(_folder.At("GITHUB_OUTPUT")), folder = _folder.At("out");
        Assert.Equal(
            [("quantps_folder", folder), ("quantps_sizeMB", "#"), ("quantps_ratio", "#"), ("quantps_latencyRatio", "#"),
                ("artifact_quantps", string.Join('\n', ((string[])["report.md", "report.html", "report.json", "gates.xml"]).Select(file => Path.Combine(folder, file))))],
            Output().Matches(outputs).Select(match => (match.Groups["name"].Value, Number().Replace(match.Groups["value"].Value, "#"))));
        Assert.Equal(File.ReadAllText(_folder.At("out", "report.md")) + "\n", File.ReadAllText(_folder.At("GITHUB_STEP_SUMMARY")));
    }

    [Theory]
    [InlineData("TF_BUILD", "##vso[")]
    [InlineData("GITHUB_ACTIONS", "::")]
    public void Hostile_names_and_values_of_inputs_stay_text(string variable, string command)
    {
        Dictionary<string, string> inputs = Inputs(("tag", _hostile + "\n::set-output name=a::b"), ("minRatio", "1"));
        inputs["model"] = _folder.At(_hostile + ".pth");
        File.Move(_folder.At("float.pth"), inputs["model"]);
        HostProcess.Result passed = Run(PipelineShell.Template, variable, inputs);
        Assert.Equal((0, ""), (passed.ExitCode, passed.Error));

        inputs["minRatio"] = "1'; exit 0 #\n##vso[task.complete result=Succeeded;]\n::error::x$(1)";
        HostProcess.Result invalid = Run(PipelineShell.Template, variable, inputs);
        Assert.Equal(1, invalid.ExitCode);

        inputs["model"] = _folder.At($"absent{_hostile}.pth");
        inputs["minRatio"] = "1";
        HostProcess.Result absent = Run(PipelineShell.Template, variable, inputs);
        Assert.Equal(1, absent.ExitCode);

        string[] verbs = command == "::" ? ["::error title=", "::notice title=Tag::"]
            : ["##vso[task.setprogress value=", "##vso[task.setvariable variable=quantps.", "##vso[task.logissue type=error;code=", "##vso[task.uploadsummary]", "##vso[artifact.upload ", "##vso[build.addbuildtag]"];
        foreach (string line in (passed.Output + passed.Error + invalid.Output + invalid.Error + absent.Output + absent.Error).Split('\n'))
        {
            bool known = verbs.Any(line.StartsWith);
            Assert.True(known || !(line.Contains("##vso[") || line.Contains("##[") || line.TrimStart().StartsWith("::", StringComparison.Ordinal)), line);
        }
    }

    [Theory]
    [InlineData("model", "", "InputMissing", "The input 'model' is not given.")]
    [InlineData("method", "magic", "InputInvalid", "The method is 'magic'. It is static or dynamic.")]
    [InlineData("method", "static", "InputMissing", "The input 'calibrationData' is not given: static quantization needs images. Or take the method dynamic.")]
    [InlineData("model", "mobilenet_v9", "ModelNameUnknown", "There is no model 'mobilenet_v9'.*")]
    public void What_is_wrong_is_one_error_of_the_run(string input, string value, string errorId, string message)
    {
        Dictionary<string, string> inputs = Inputs((input, value));
        HostProcess.Result result = Run(PipelineShell.Template, "TF_BUILD", inputs);

        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        string issue = Assert.Single(result.Output.Split('\n'), line => line.Contains("task.logissue")).TrimEnd();
        Assert.Matches($@"\A{Regex.Escape($"##vso[task.logissue type=error;code={errorId}]")}{message.Replace(".", @"\.").Replace(@"\.*", ".*")}\z", issue);
    }

    private static PipelineShell Shell(string name) => name switch { "template" => PipelineShell.Template, "action" => PipelineShell.Action, _ => PipelineShell.Task };

    private Dictionary<string, string> Inputs(params (string Name, string Value)[] more)
    {
        if (!File.Exists(_folder.At("float.pth"))) StateDictWriter.Write(StateDictLayout.ToStateDict(Architectures.Find("cifar_resnet20").Create(1).Graph), _folder.At("float.pth"));
        Dictionary<string, string> inputs = new()
        {
            ["model"] = _folder.At("float.pth"), ["architecture"] = "cifar_resnet20", ["method"] = "dynamic", ["duration"] = "0.1",
            ["output"] = _folder.At("out", "model.pth"), ["module"] = Path.Combine(Repository.Root, "QuantPS.psd1"),
        };
        foreach ((string name, string value) in more) inputs[name] = value;
        return inputs;
    }

    private HostProcess.Result Run(PipelineShell shell, string variable, Dictionary<string, string> inputs)
    {
        Dictionary<string, string> environment = shell.EnvironmentFor(inputs);
        foreach (string other in (string[])["TF_BUILD", "GITHUB_ACTIONS"]) environment[other] = "";
        environment[variable] = "True";
        foreach (string file in (string[])["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"]) environment[file] = _folder.At(file);
        return HostProcess.RunScript(shell.Script, environment);
    }

    /// <summary>The lines that are commands, with # in place of what was measured.</summary>
    private static string[] Commands(HostProcess.Result result, string start) =>
        [.. result.Output.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.StartsWith(start, StringComparison.Ordinal)).Select(line => Number().Replace(line, "#"))];

    private static string[] Variable(string name, string value) => [$"##vso[task.setvariable variable=quantps.{name}]{value}", $"##vso[task.setvariable variable=quantps.{name};isOutput=true]{value}"];

    // Numbers that stand alone: those in the names of files and in percentages of progress stay.
    [GeneratedRegex(@"(?<=\]|^| )\d+(\.\d+)?(?=$| times)")]
    private static partial Regex Number();

    // The names on the right of the tables of inputs.
    [GeneratedRegex(@"(?<=[ {][A-Z][A-Za-z]+ = )'[a-z][A-Za-z]+'(?=[; }]|\r?\n)")]
    private static partial Regex InputName();

    [GeneratedRegex(@"^(?<name>\w+)<<(?<end>end_[0-9A-F]{32})\n(?<value>.*?)\n\k<end>$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Output();
}
