using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Tests.Checkpoints;

public sealed class StateDictTests
{
    [Fact]
    public void Entries_keep_their_order_and_are_found_by_key()
    {
        var weight = Tensor.From<float>([1, 2]);
        StateDict state = new() { { "b", weight }, { "a", null }, { "dtype", DTypeReference.QInt8 } };
        state["a"] = 7;

        Assert.Equal(["b", "a", "dtype"], state.Keys);
        Assert.Equal([weight, 7L, DTypeReference.QInt8], state.Values);
        Assert.True(state.TryGetTensor("b", out Tensor? found));
        Assert.Same(weight, found);
        Assert.False(state.TryGetTensor("a", out _));
        Assert.False(state.TryGetTensor("absent", out _));
        Assert.Equal(["b"], state.Tensors.Select(entry => entry.Key));
    }

    [Fact]
    public void A_value_that_a_checkpoint_cannot_hold_is_refused()
    {
        StateDict state = [];
        Assert.Contains("Uri", Assert.Throws<ArgumentException>(() => state.Add("key", new Uri("file:///"))).Message);
        Assert.Empty(state);
    }

    [Fact]
    public void A_tuple_can_be_written_as_a_collection()
    {
        PythonTuple tuple = [Tensor.From<float>([1]), null, 3];
        Assert.Equal(3, tuple.Count);
        Assert.Null(tuple[1]);
        Assert.Equal(3L, tuple[2]);
    }

    [Fact]
    public void A_dtype_is_named_as_in_PyTorch()
    {
        Assert.Equal("torch.qint8", DTypeReference.QInt8.ToString());
        Assert.Equal("torch.bfloat16", new DTypeReference(ElementType.BFloat16).ToString());
    }
}
