using System.Globalization;
using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Tests.Host;
using QuantPS.Zoo;

namespace QuantPS.Tests.Examples;

/// <summary>The script of the pipeline template, run as an agent runs it: not interactive, its output redirected.</summary>
public sealed class PipelineTemplateTests : IDisposable
{
    private readonly PipelineTemplate _template = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_template_quantizes_and_then_publishes_what_it_wrote()
    {
        Assert.Equal(["pwsh", "publish"], _template.Steps);
        Assert.Equal("${{ parameters.outputPath }}", _template.Published);
    }

    [Fact]
    public void No_parameter_is_pasted_into_the_script() => Assert.DoesNotContain("${{", _template.Script, StringComparison.Ordinal);

    [Fact]
    public void A_model_within_the_limit_is_written_and_its_measures_are_set_as_variables()
    {
        HostProcess.Result result = Run(maxAccuracyDrop: 100);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Equal("", result.Error);
        Assert.True(File.Exists(Output));
        string variable = Assert.Single(result.Output.Split('\n'), line => line.StartsWith("##vso[task.setvariable variable=quantps.sizeMB]", StringComparison.Ordinal));
        double size = double.Parse(variable[(variable.IndexOf(']') + 1)..], CultureInfo.InvariantCulture);
        Assert.Equal(new FileInfo(Output).Length / 1e6, size, 0.02);
    }

    [Fact]
    public void A_model_that_loses_too_much_fails_the_step_and_is_not_written()
    {
        HostProcess.Result result = Run(maxAccuracyDrop: -101);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("##vso[task.logissue type=error]Quantization loses", result.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Output));
    }

    [Fact]
    public void A_model_that_is_not_there_fails_the_step_with_one_error_that_names_it()
    {
        HostProcess.Result result = Run(maxAccuracyDrop: 1, model: _folder.At("absent.pth"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("absent.pth", result.Error, StringComparison.Ordinal);
    }

    private string Output => _folder.At("out", "model.pth");

    private HostProcess.Result Run(double maxAccuracyDrop, string? model = null)
    {
        string images = _folder.At("shapes"), weights = _folder.At("float.pth");
        QuantModel untrained = Architectures.Find("cifar_resnet20").Create(1);
        StateDictWriter.Write(StateDictLayout.ToStateDict(untrained.Graph), weights);
        IReadOnlyDictionary<string, string> environment = _template.Environment(new Dictionary<string, string>
        {
            ["modulePath"] = Path.Combine(Repository.Root, "QuantPS.psd1"),
            ["model"] = model ?? weights,
            ["architecture"] = "cifar_resnet20",
            ["calibrationData"] = Path.Combine(images, "train"),
            ["testData"] = Path.Combine(images, "test"),
            ["sampleCount"] = "16",
            ["maxAccuracyDrop"] = maxAccuracyDrop.ToString(CultureInfo.InvariantCulture),
            ["outputPath"] = Output,
        });
        string variables = string.Concat(environment.Select(variable => $"$env:{variable.Key} = '{variable.Value.Replace("'", "''", StringComparison.Ordinal)}'\n"));
        return HostProcess.RunScript($"$null = New-SampleDataset '{images}' -Train 20 -Test 20\n{variables}{_template.Script}");
    }
}
