using System.Management.Automation;

namespace QuantPS.Tests.Commands;

[Collection(ModuleCollection.Name)]
public sealed class CompletionTests(ModuleSession session)
{
    [Fact]
    public void Names_of_architectures_complete_with_what_they_are()
    {
        CompletionResult match = Complete("Get-QuantizedPretrained mob")[0];

        Assert.Equal(("mobilenet_v2", CompletionResultType.ParameterValue), (match.CompletionText, match.ResultType));
        Assert.Contains("3x224x224", match.ToolTip);
    }

    [Fact]
    public void An_opening_quote_is_kept()
    {
        Assert.Equal("'mobilenet_v2'", Complete("Get-QuantizedPretrained 'mob")[0].CompletionText);
        Assert.Equal("\"mobilenet_v2\"", Complete("Get-QuantizedPretrained \"mob")[0].CompletionText);
    }

    [Theory]
    [InlineData("Invoke-DynamicQuantization -Model $global:completed -ModuleName lin")]
    [InlineData("$global:completed | Invoke-DynamicQuantization -ModuleName lin")]
    public void Names_of_modules_complete_from_the_model(string line)
    {
        session.Run("$global:completed = Get-QuantizedPretrained cifar_resnet20 -Untrained -Float");

        CompletionResult match = Assert.Single(Complete(line));

        Assert.Equal("linear", match.CompletionText);
        Assert.StartsWith("linear", match.ToolTip, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("Get-QuantizedPretrained resnet50 -Weights ", "IMAGENET1K_FBGEMM_V2 IMAGENET1K_V2 IMAGENET1K_FBGEMM_V1 IMAGENET1K_V1")]
    [InlineData("Get-QuantizedPretrained -Float -Name resnet50 -Weights ", "IMAGENET1K_V2 IMAGENET1K_V1")]
    [InlineData("Get-QuantizedPretrained mobilenet_v2 -Weights imagenet1k_q", "IMAGENET1K_QNNPACK_V1")]
    [InlineData("Get-QuantizedPretrained -ListAvailable -Weights S", "SHAPES")]
    public void Names_of_weights_complete_for_the_network_the_default_first(string line, string weights) =>
        Assert.Equal(weights, string.Join(' ', Complete(line).Select(match => match.CompletionText)));

    [Fact]
    public void Names_of_weights_complete_with_what_they_are() =>
        Assert.Equal("IMAGENET1K_FBGEMM_V2 (fbgemm), top-1 80.28 %, 26.2 MB, the default", Complete("Get-QuantizedPretrained resnet50 -Weights IMAGENET1K_FBGEMM_V2")[0].ToolTip);

    [Fact]
    public void Backends_complete()
    {
        Assert.Equal(["Fbgemm"], Complete("Invoke-DynamicQuantization -Backend f").Select(match => match.CompletionText));
    }

    [Fact]
    public void Formats_complete()
    {
        Assert.Equal(["Safetensors", "StateDict", "TorchScript"], Complete("Export-QuantModel -Format ").Select(match => match.CompletionText));
    }

    private IList<CompletionResult> Complete(string line) =>
        session.Run("[System.Management.Automation.CommandCompletion]::CompleteInput($args[0], $args[0].Length, $null)", line).Single<CommandCompletion>().CompletionMatches;
}
