using QuantPS.Engine;
using Xunit;

namespace QuantPS.Tests.Engine;

public sealed class RecurrentNodeTests
{
    [Fact]
    public void The_parameters_have_the_names_and_the_order_of_PyTorch()
    {
        Assert.Equal(
            ["weight_ih_l0", "weight_hh_l0", "weight_ih_l0_reverse", "weight_hh_l0_reverse", "weight_ih_l1", "weight_hh_l1", "weight_ih_l1_reverse", "weight_hh_l1_reverse"],
            new Gru { Name = "y", Inputs = [], HiddenSize = 3, Layers = 2, Bidirectional = true, HasBias = false }.ParameterNames);
        Assert.Equal(["weight_ih", "weight_hh", "bias_ih", "bias_hh"], new LstmCell { Name = "y", Inputs = [], HiddenSize = 3 }.ParameterNames);
    }

    [Fact]
    public void A_recurrent_module_gives_both_directions_and_its_last_states()
    {
        Graph graph = Network(new Lstm { Name = "y", Inputs = [], HiddenSize = 3, Layers = 2, Bidirectional = true });
        IReadOnlyDictionary<string, TensorType> types = graph.InferTypes(5);
        Assert.Equal([5, 6, 6], types["y"].Shape);
        Assert.Equal([5, 4, 3], types["c"].Shape);
    }

    [Theory]
    [InlineData(2, "must be 12x4")]
    [InlineData(1, "needs 4 parameters (weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0) and has 8")]
    public void Parameters_that_do_not_fit_are_an_error_that_says_what_fits(int layers, string problem)
    {
        Lstm node = new() { Name = "y", Inputs = [], HiddenSize = 3, Layers = 2 };
        var broken = layers == 1 ? (Func<Lstm, Lstm>)(it => it with { Layers = 1 }) : it => it with { Inputs = it.Inputs.SetItem(1, it.Inputs[2]) };
        Assert.Contains(problem, Assert.Throws<GraphException>(() => Network(node, broken)).Message);
    }

    [Fact]
    public void Embeddings_need_indices_and_a_table()
    {
        var builder = new GraphBuilder([6]);
        string weight = builder.Constant("w", new float[12], [4, 3]);
        Graph graph = Graph(ElementType.Int64, new Embedding { Name = "y", Inputs = ["x", weight] });
        Assert.Equal([2, 6, 3], graph.InferTypes(2)["y"].Shape);
        Assert.Equal([2, 3], Graph(ElementType.Int64, new EmbeddingBag { Name = "y", Inputs = ["x", weight] }).InferTypes(2)["y"].Shape);
        Assert.Contains("int64", Assert.Throws<GraphException>(() => Graph(ElementType.Float32, new Embedding { Name = "y", Inputs = ["x", weight] })).Message);

        Graph Graph(ElementType element, Node node) =>
            new([new GraphInput("x", [6], element)], [node], node.Name, new Dictionary<string, Tensor> { [weight] = Tensor.From<float>(new float[12], [4, 3]) }, [""]);
    }

    private static Graph Network(Lstm node, Func<Lstm, Lstm>? change = null)
    {
        var builder = new GraphBuilder([6, 4]);
        var parameters = new List<string>();
        foreach (string name in node.ParameterNames)
        {
            int features = name.Contains("_ih_l0", StringComparison.Ordinal) ? 4 : name.Contains("_ih_", StringComparison.Ordinal) ? node.Directions * 3 : 3;
            bool isBias = name.StartsWith("bias", StringComparison.Ordinal);
            parameters.Add(builder.Constant(name, new float[isBias ? 12 : 12 * features], isBias ? [12] : [12, features]));
        }
        Lstm whole = node with { Inputs = [GraphBuilder.Input, .. parameters] };
        whole = change?.Invoke(whole) ?? whole;
        builder.Add(whole);
        builder.Add(LastState.Of(whole, "c", cell: true));
        return builder.Build("y");
    }
}
