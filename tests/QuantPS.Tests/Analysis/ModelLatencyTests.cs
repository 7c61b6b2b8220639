using QuantPS.Analysis;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Quantization;
using QuantPS.Tests.Training;
using QuantPS.Tests.Zoo;
using QuantPS.Zoo;

namespace QuantPS.Tests.Analysis;

[Collection(TrainingCollection.Name)]
public sealed class ModelLatencyTests
{
    private static readonly QuantModel _model = Architectures.Find("cifar_resnet20").Create(1);
    private static readonly LatencyOptions _brief = new() { Duration = TimeSpan.FromMilliseconds(10) };

    [Fact]
    public void The_times_are_in_order_and_the_report_says_what_ran()
    {
        LatencyReport report = Measure(_model, _brief with { InstructionSet = InstructionSet.Scalar, Threads = 2 });

        Assert.True(0 < report.MinMs && report.MinMs <= report.MedianMs && report.MedianMs <= report.P90Ms);
        Assert.Equal((LatencyEngine.QuantPS, InstructionSet.Scalar, 2), (report.Engine, report.InstructionSet, report.Threads));
        Assert.Equal([3, 32, 32], report.InputShape);
        Assert.True(report.Runs >= 1);
    }

    [Fact]
    public void What_of_an_int8_model_runs_in_float_is_listed()
    {
        Assert.Empty(Measure(UncalibratedModels.Static(_model, QuantizationBackend.Qnnpack), _brief).FloatSteps);

        LatencyReport report = Measure(UncalibratedModels.Static(_model, QuantizationBackend.Qnnpack, new PlanOptions { SkipModules = ["linear"] }), _brief);

        Assert.Contains(report.FloatSteps, step => step.StartsWith("linear"));
    }

    [Fact]
    public void Another_input_is_measured_where_the_network_takes_it()
    {
        Assert.Equal([3, 16, 48], Measure(_model, _brief with { InputShape = [3, 16, 48] }).InputShape);
        Assert.Equal("InputShapeMismatch", Fail(_model, _brief with { InputShape = [4, 32, 32] }));
        Assert.Equal("InputShapeMismatch", Fail(_model, _brief with { InputShape = [3, 32, 32, 1] }));
    }

    [Fact]
    public void An_instruction_set_that_the_machine_lacks_is_an_error() =>
        Assert.Equal("InstructionSetNotAvailable", Fail(_model, _brief with { InstructionSet = (InstructionSet)99 }));

    [Fact]
    public void Libtorch_runs_float_models_and_no_others()
    {
        LatencyReport report = Measure(_model, _brief with { Engine = LatencyEngine.Libtorch });

        Assert.Equal((LatencyEngine.Libtorch, null), (report.Engine, report.InstructionSet));
        Assert.Equal("ModelAlreadyQuantized", Fail(UncalibratedModels.Dynamic(_model), _brief with { Engine = LatencyEngine.Libtorch }));
        Assert.Equal("InputShapeMismatch", Fail(_model, _brief with { Engine = LatencyEngine.Libtorch, InputShape = [4, 32, 32] }));
    }

    [Fact]
    public void Libtorch_runs_networks_whose_input_is_no_image()
    {
        var graph = new Graph([new GraphInput("x", [4])], [new Linear { Name = "fc", Module = "fc", Inputs = ["x", "w"] }], "fc",
            new Dictionary<string, Tensor> { ["w"] = Tensor.From<float>([1, 2, 3, 4, 5, 6, 7, 8], [2, 4]) }, [""]);

        Assert.True(Measure(_model with { Graph = graph }, _brief with { Engine = LatencyEngine.Libtorch }).Runs >= 1);
    }

    private static string Fail(QuantModel model, LatencyOptions options) => Assert.Throws<QuantPSException>(() => Measure(model, options)).ErrorId;

    private static LatencyReport Measure(QuantModel model, LatencyOptions options) =>
        ModelLatency.Measure(model, options, cancel: TestContext.Current.CancellationToken);
}
