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

    [Theory]
    [InlineData("Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Invoke-StaticQuantization x -SkipModule layer1.0.c", "layer1.0.conv1 layer1.0.conv2")]
    [InlineData("$global:completed | Invoke-StaticQuantization x -NoFuse | Invoke-DynamicQuantization -ModuleName conv", "conv1")]
    [InlineData("$global:completed, $global:completed | Start-QatTraining x -FreezeModule layer2", "layer2 layer2.0 layer2.0.conv1")]
    [InlineData("Get-QuantizedPretrained -Untrained bert_tiny -Float | Invoke-DynamicQuantization -ModuleName cl", "classifier")]
    [InlineData("Get-ChildItem | Invoke-StaticQuantization x -SkipModule l", "")]
    public void Names_of_modules_complete_from_what_comes_down_the_pipeline_and_those_that_hold_them_too(string line, string names)
    {
        session.Run("$global:completed = Get-QuantizedPretrained cifar_resnet20 -Untrained -Float");

        IEnumerable<CompletionResult> matches = Complete(line).Where(match => match.ResultType == CompletionResultType.ParameterValue);

        Assert.Equal(names, string.Join(' ', matches.Take(3).Select(match => match.CompletionText)));
        Assert.DoesNotContain(matches, match => match.CompletionText == "layer2" && !match.ToolTip.StartsWith("all of it: layer2.0.conv1, "));
    }

    [Theory]
    [InlineData("Invoke-DynamicQuantization -Backend f", "Fbgemm", "activations of 7 bits")]
    [InlineData("Invoke-StaticQuantization x -ActivationObserver m", "MinMax MovingAverageMinMax", "largest value")]
    [InlineData("Invoke-StaticQuantization x -WeightObserver ", "MinMax PerChannelMinMax", "largest value")]
    [InlineData("QuantPS\\Invoke-StaticQuantization x -WeightObserver p", "PerChannelMinMax", "each output channel")]
    [InlineData("Measure-ModelLatency -InstructionSet s", "Scalar", "reference")]
    [InlineData("Start-QatTraining x -Device c", "Cpu Cuda", "processor")]
    [InlineData("Compare-QuantModel $a -Part Layers, lat", "Latency", "in turns")]
    public void Values_complete_with_what_they_mean_and_only_those_that_are_taken(string line, string values, string toolTip)
    {
        IList<CompletionResult> matches = Complete(line);

        Assert.Equal(values, string.Join(' ', matches.Select(match => match.CompletionText)));
        Assert.Contains(toolTip, matches[0].ToolTip);
    }

    [Fact]
    public void Instruction_sets_say_which_this_machine_lacks() =>
        Assert.Contains(Complete("Measure-ModelLatency -InstructionSet "), match => match.ToolTip.EndsWith("; not on this machine"));

    [Fact]
    public void Variables_complete_with_the_models_that_they_hold()
    {
        session.Run("$global:completedModel = Get-QuantizedPretrained cifar_resnet20 -Untrained -Float; $global:completedModels = $completedModel, $completedModel; $global:completedText = 'text'");

        IList<CompletionResult> matches = Complete("Compare-QuantModel -Reference completed");

        Assert.Equal(["$completedModel", "$completedModels"], matches.Select(match => match.CompletionText).Order().Where(text => text.StartsWith("$completedM")));
        Assert.DoesNotContain(matches, match => match.CompletionText == "$completedText");
        Assert.Equal("cifar_resnet20: Float32, 269,722 parameters", matches.First(match => match.CompletionText == "$completedModel").ToolTip);
    }

    [Fact]
    public void Variables_complete_with_the_data_sets_that_they_hold()
    {
        session.Run("$global:completedData = Import-ImageDataset $args[0]", Path.Combine(session.Shapes, "test"));

        Assert.Equal("test: 20 images of 10 classes", Complete("Measure-ModelAccuracy completedD").Single(match => match.CompletionText == "$completedData").ToolTip);
    }

    // A path completes by itself, and nobody knows the words of a text.
    private static bool IsFreeText(string name) =>
        name.EndsWith("Path") || name is "Artifact" or "ArtifactName" or "Activity" or "Baseline" or "PackageSource" or "Summary" or "Tag" or "Text" or "TextPair" or "Title";

    public static TheoryData<string> Commands => [.. Help.HelpFile.Commands.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_parameter_that_takes_a_name_completes_with_tooltips(string name)
    {
        session.Run("$global:completed = Get-QuantizedPretrained cifar_resnet20 -Untrained -Float; $global:compared = $completed | Compare-QuantModel $completed -Part Size; $global:completedData = Import-ImageDataset $args[0]",
            Path.Combine(session.Shapes, "test"));
        var command = session.Run("Get-Command $args[0]", name).Single<CmdletInfo>();
        foreach (ParameterMetadata parameter in command.Parameters.Values.Where(parameter => !Cmdlet.CommonParameters.Contains(parameter.Name) && TakesAName(parameter)))
        {
            string line = $"{(parameter.Name.StartsWith("Model") || !command.Parameters.ContainsKey("Model") ? "" : "$global:completed | ")}{name} -{parameter.Name} ";
            if (parameter.Name is "ModuleType" or "ModuleName") line = $"$global:completed | {line}";
            IList<CompletionResult> matches = Complete(line);

            Assert.True(parameter.Attributes.OfType<ArgumentCompleterAttribute>().Any(), $"{name} -{parameter.Name} has no completer.");
            Assert.True(matches.Count > 0, $"{line}completes to nothing.");
            Assert.All(matches, match => Assert.False(string.IsNullOrWhiteSpace(match.ToolTip) || match.ToolTip == match.CompletionText, $"{line}{match.CompletionText} has no tooltip."));
        }
    }

    private static bool TakesAName(ParameterMetadata parameter)
    {
        Type type = parameter.ParameterType.GetElementType() ?? Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        if (type.IsGenericType) type = type.GetGenericArguments()[0];
        return type == typeof(string) ? !IsFreeText(parameter.Name) : type.IsEnum || (type.Assembly.GetName().Name!.StartsWith("QuantPS") && !type.IsValueType);
    }

    [Fact]
    public void Formats_complete()
    {
        Assert.Equal(["Safetensors", "StateDict", "TorchScript"], Complete("Export-QuantModel -Format ").Select(match => match.CompletionText));
    }

    private IList<CompletionResult> Complete(string line) =>
        session.Run("[System.Management.Automation.CommandCompletion]::CompleteInput($args[0], $args[0].Length, $null)", line).Single<CommandCompletion>().CompletionMatches;
}
