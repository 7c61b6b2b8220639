using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace QuantPS.Tests.Commands;

/// <summary>What is on the screen, 120 columns wide.</summary>
[Collection(ModuleCollection.Name)]
public sealed class ViewTests(ModuleSession session)
{
    private const string Model = "Get-QuantizedPretrained cifar_resnet20 -Float -Untrained";

    [Theory]
    [InlineData(Model, "Name Precision Backend Parameters Int8 weights Steps")]
    [InlineData($"({Model}).Layers", "Module Operator Output Precision Parameters Attributes")]
    [InlineData($"({Model}).History", "Name Settings")]
    [InlineData($"{Model} | Measure-ModelSize", "Name Precision SizeMB Parameters Int8 weights Ratio")]
    [InlineData($"{Model} | Measure-ModelSize -Detailed", "Module Precision SizeMB Parameters")]
    [InlineData($"{Model} | Measure-ModelAccuracy $args[0]", "Name Precision Top1 Top5 Loss Count Data")]
    [InlineData($"{Model} | Measure-ModelLatency -Duration 0.01", "Name Precision Engine MedianMs P90Ms MinMs Runs InputShape InstructionSet Threads")]
    [InlineData($"{Model} | Invoke-QuantModel \"$($args[0])/*/00000.png\"", "Image Label Score Top")]
    [InlineData($"$float = {Model}; $float | Compare-QuantModel $float -Data $args[0] -Duration 0.01", "Name Precision SizeMB Ratio Top1 Drop Latency Range Sqnr WorstLayer")]
    [InlineData($"$float = {Model}; ($float | Compare-QuantModel $float -Data $args[0] -Part Layers).Layers", "Module Operator Output Sqnr MeanError MaxError")]
    [InlineData($"{Model} | Test-QuantModelGate -MaxSizeMB 2 -SoftLimit @{{ MaxSizeMB = 1 }} -Detailed", "Model Gate Outcome Level Limit Actual")]
    [InlineData("Import-ImageDataset $args[0]", "Name Images Classes Path")]
    [InlineData("Get-QuantizedPretrained -ListAvailable", "Name Weights Backend Top1 FloatTop1 SizeMB Cached")]
    public void The_default_view_is_a_table_of_the_columns_that_matter(string script, string header)
    {
        string[] lines = Show(script);

        Assert.Equal(header, string.Join(' ', lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.True(lines.Length > 2);
        Assert.DoesNotContain(lines, line => line.Contains("System.") || line.Contains('…'));
    }

    [Theory]
    [InlineData("Measure-ModelAccuracy $args[0] -First 1")]
    [InlineData("Measure-ModelLatency -Duration 0.01")]
    public void The_columns_are_wide_enough_for_every_precision(string command)
    {
        string[] lines = Show($"$float = {Model}; $float, ($float | Invoke-DynamicQuantization) | {command}");

        Assert.Contains("Float32", lines[2]);
        Assert.Contains("DynamicInt8", lines[3]);
    }

    [Fact]
    public void A_model_in_the_table_shows_numbers_as_people_read_them()
    {
        string[] lines = Show(Model);

        Assert.Equal("cifar_resnet20 Float32 269,722 0.0 % Create", string.Join(' ', lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void The_layers_of_a_model_fit_into_a_list()
    {
        var model = session.Run($"{Model} | Invoke-DynamicQuantization").Single<QuantModel>();

        string[] lines = Formatting(model).Split(Environment.NewLine);

        Assert.All(lines, line => Assert.True(line.Length <= 100, line));
        Assert.Contains(lines, line => line.StartsWith("linear") && line.Contains("DynamicInt8"));
    }

    private string Formatting(QuantModel model) => session.Run("[QuantPS.Formatting.ModelFormat]::Layers($args[0])", model).Single<string>();

    private string[] Show(string script)
    {
        var host = new RecordingHost();
        using Runspace runspace = ModuleSession.Open(host);
        using PowerShell shell = PowerShell.Create(runspace).AddScript(script).AddArgument(Path.Combine(session.Shapes, "test")).AddCommand("Out-Default");
        shell.Invoke();
        Assert.Empty(shell.Streams.Error);
        string[] lines = host.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.True(line.Length <= 120, line));
        return lines;
    }
}
