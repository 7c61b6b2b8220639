using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Engine;
using QuantPS.Zoo;
using Xunit;

namespace QuantPS.Tests.Zoo;

public sealed class AuxiliaryHeadTests
{
    [Theory]
    [InlineData("inception_v3")]
    [InlineData("googlenet")]
    public void Heads_in_a_float_file_are_dropped(string name)
    {
        Architecture architecture = Architectures.Find(name);
        QuantModel model = architecture.FromStateDict(StateOf(architecture.WithAuxiliaryHeads()));

        Assert.Equal(Zeros(architecture).Lines(), model.Graph.Lines());
        Assert.Equal(Zeros(architecture).Modules, model.Graph.Modules);
        Assert.Equal(Zeros(architecture).Constants.Keys.Order(), model.Graph.Constants.Keys.Order());
        Assert.Equal(StateDictLayout.Measure(model.Graph), model.FloatBytes);
    }

    [Theory]
    [InlineData("inception_v3", true)]
    [InlineData("googlenet", true)]
    [InlineData("googlenet", false)]
    public void Heads_in_a_quantized_file_are_dropped(string name, bool isFused)
    {
        Architecture architecture = Architectures.Find(name);
        QuantModel quantized = Static(architecture.WithAuxiliaryHeads(), isFused);

        QuantModel model = architecture.FromStateDict(StateDictLayout.ToStateDict(quantized.Graph));

        Assert.DoesNotContain(model.Graph.Nodes, node => IsOfHead(architecture, node.Module));
        Assert.Equal(quantized.Graph.Lines().Where(line => !IsOfHead(architecture, line)), model.Graph.Lines());
    }

    [Fact]
    public void The_heads_may_be_for_other_classes()
    {
        Architecture architecture = Architectures.Find("googlenet");
        StateDict state = StateOf(architecture.WithAuxiliaryHeads());
        state["fc.weight"] = Tensor.Zeros(ElementType.Float32, [10, 1024]);
        state["fc.bias"] = Tensor.Zeros(ElementType.Float32, [10]);

        Assert.Equal(10, architecture.FromStateDict(state).Graph.Constants["fc.bias"].Shape[0]);
    }

    [Theory]
    [InlineData("inception_v3", "AuxLogits.conv2.conv.weight")]
    [InlineData("inception_v3", "AuxLogits.conv0.conv.gain")]
    [InlineData("inception_v3", "AuxLogit.conv0.conv.weight")]
    [InlineData("googlenet", "aux1.fc3.weight")]
    [InlineData("googlenet", "aux3.fc1.weight")]
    [InlineData("resnet18", "aux1.fc1.weight")]
    public void What_no_head_holds_is_unexpected(string name, string key)
    {
        Architecture architecture = Architectures.Find(name);
        StateDict state = StateOf(architecture.AuxiliaryHeadPaths.IsEmpty ? architecture : architecture.WithAuxiliaryHeads());
        state[key] = Tensor.From([1f]);

        var error = Assert.Throws<QuantPSException>(() => architecture.FromStateDict(state));
        Assert.Equal($"The state dict does not fit {name}. Unexpected keys (1): {key}.", error.Message);
    }

    [Fact]
    public void A_network_that_is_to_have_its_heads_gets_them_from_the_file()
    {
        Architecture architecture = Architectures.Find("inception_v3").WithAuxiliaryHeads();
        StateDict state = StateOf(architecture);

        Assert.Equal(27_161_264, architecture.FromStateDict(state).ParameterCount);

        state.Remove("AuxLogits.fc.bias");
        Assert.Contains("Missing keys (1): AuxLogits.fc.bias.", Assert.Throws<QuantPSException>(() => architecture.FromStateDict(state)).Message);
    }

    [Fact]
    public void A_network_without_heads_says_which_ones_have_them()
    {
        var error = Assert.Throws<QuantPSException>(() => Architectures.Find("resnet18").WithAuxiliaryHeads());
        Assert.Equal("AuxiliaryHeadUnknown", error.ErrorId);
        Assert.Contains("inception_v3, googlenet.", error.Message);
    }

    private static bool IsOfHead(Architecture architecture, string text) =>
        architecture.AuxiliaryHeadPaths.Any(head => text.StartsWith($"{head}.", StringComparison.Ordinal) || text == head);

    private static QuantModel Static(Architecture architecture, bool isFused) => UncalibratedModels.Static(
        Architectures.Find("cifar_resnet20").Create(1) with { Graph = Zeros(architecture) }, QuantizationBackend.Fbgemm, new() { Fuse = isFused });

    private static StateDict StateOf(Architecture architecture) => StateDictLayout.ToStateDict(Zeros(architecture));

    private static Graph Zeros(Architecture architecture) => architecture.Build(
        (_, shape, _) => shape.Rank == 0 ? Tensor.From([0L], Shape.Scalar) : Tensor.Zeros(ElementType.Float32, shape), architecture.ClassCount);
}
