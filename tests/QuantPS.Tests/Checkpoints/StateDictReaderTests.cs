using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Tests.Checkpoints;

public sealed class StateDictReaderTests
{
    private static readonly Tensor s_tensor = Tensor.From<float>([1]);

    [Theory]
    [InlineData("state_dict")]
    [InlineData("model_state_dict")]
    [InlineData("model")]
    [InlineData("net")]
    [InlineData("anything")]
    public void The_state_dict_is_found_under_its_key(string key)
    {
        PythonDict checkpoint = Dict(("epoch", 3), (key, Dict(("w", s_tensor))), ("args", Dict(("lr", 0.1))));
        Assert.Equal(["w"], StateDictReader.From(checkpoint, "x.pt").Keys);
    }

    [Fact]
    public void A_usual_key_goes_before_the_others()
    {
        PythonDict checkpoint = Dict(("ema", Dict(("e", s_tensor))), ("state_dict", Dict(("s", s_tensor))), ("best", s_tensor));
        Assert.Equal(["s"], StateDictReader.From(checkpoint, "x.pt").Keys);
        Assert.Equal(["e"], StateDictReader.From(checkpoint, "x.pt", "ema").Keys);
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("module._orig_mod.")]
    public void A_prefix_that_every_key_has_is_taken_off(string prefix)
    {
        PythonDict checkpoint = Dict(($"{prefix}conv.weight", s_tensor), ($"{prefix}fc.weight", s_tensor));
        PythonDict metadata = Dict(("", Dict(("version", 1))), (prefix[..^1], Dict(("version", 2))), ($"{prefix}conv", Dict(("version", 3))));
        checkpoint.Attributes = Dict(("_metadata", metadata));
        StateDict state = StateDictReader.From(checkpoint, "x.pt");
        Assert.Equal(["conv.weight", "fc.weight"], state.Keys);
        Assert.Equal([KeyValuePair.Create("", (long?)2), KeyValuePair.Create("conv", (long?)3)], state.Metadata);
    }

    [Fact]
    public void A_prefix_repeated_without_end_costs_no_more_than_its_length()
    {
        PythonDict checkpoint = Dict((string.Concat(Enumerable.Repeat("module.", 10_000)) + "w", s_tensor));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(["w"], StateDictReader.From(checkpoint, "x.pt").Keys);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void A_state_dict_that_is_not_there_makes_a_short_error()
    {
        PythonDict checkpoint = Dict((new string('k', 1_000_000), 1));
        Assert.InRange(Assert.Throws<QuantPSException>(() => StateDictReader.From(checkpoint, "x.pt")).Message.Length, 200, 500);
    }

    [Fact]
    public void A_prefix_that_some_key_lacks_stays()
    {
        PythonDict checkpoint = Dict(("module.conv.weight", s_tensor), ("fc.weight", s_tensor));
        Assert.Equal(["module.conv.weight", "fc.weight"], StateDictReader.From(checkpoint, "x.pt").Keys);
    }

    [Fact]
    public void Metadata_that_holds_other_things_is_no_obstacle()
    {
        PythonDict checkpoint = Dict(("w", s_tensor));
        checkpoint.Attributes = Dict(("_metadata", Dict(("", Dict(("version", null), ("extra", 1))), ("a", 5))), ("other", 1));
        Assert.Equal([KeyValuePair.Create("", (long?)null), KeyValuePair.Create("a", (long?)null)], StateDictReader.From(checkpoint, "x.pt").Metadata);
    }

    [Fact]
    public void A_dict_with_packed_weights_alone_is_a_state_dict() =>
        Assert.Equal(["p"], StateDictReader.From(Dict(("p", new PythonTuple([s_tensor, null]))), "x.pt").Keys);

    [Fact]
    public void What_holds_no_state_dict_is_an_error_that_lists_what_there_is()
    {
        foreach ((object? checkpoint, string? key, string reason) in new (object?, string?, string)[]
        {
            (s_tensor, null, "does not hold a dict"),
            (Dict(("epoch", 3), ("lr", 0.1)), null, "Its keys are 'epoch', 'lr'."),
            (Dict(("a", Dict(("w", s_tensor))), ("b", Dict(("w", s_tensor)))), null, "there are several"),
            (Dict(("a", Dict(("w", s_tensor)))), "b", "none under 'b'"),
        })
        {
            var error = Assert.Throws<QuantPSException>(() => StateDictReader.From(checkpoint, "x.pt", key));
            Assert.Equal(("StateDictNotFound", "x.pt"), (error.ErrorId, error.Target));
            Assert.Contains(reason, error.Message);
        }
    }

    private static PythonDict Dict(params ReadOnlySpan<(string Key, object? Value)> entries)
    {
        var dict = new PythonDict();
        foreach ((string key, object? value) in entries) dict[key] = value;
        return dict;
    }
}
