using System.IO.Pipes;
using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Tests.Checkpoints;

/// <summary>Files that PyTorch itself wrote.</summary>
public sealed class CheckpointFilesTests
{
    [Fact]
    public void Every_number_type_reads_with_its_values()
    {
        Assert.Equal([1.5f, -2.5f, 3.5f], TensorOf("reader_bfloat16", ElementType.BFloat16).ToFloats());
        Assert.Equal([1.5f, -2.25f, 3.125f], TensorOf("reader_float16", ElementType.Float16).ToFloats());
        Assert.Equal([127, -128, 0, 50], TensorOf("reader_int8", ElementType.Int8).As<sbyte>().ToArray());
        Assert.Equal([0, 128, 255, 42], TensorOf("reader_uint8", ElementType.UInt8).As<byte>().ToArray());
    }

    [Fact]
    public void A_plain_dict_of_tensors_is_a_state_dict()
    {
        StateDict state = StateDictReader.Read(Torch("reader_state_dict"));
        Assert.Equal(["weight", "bias", "running_mean", "running_var"], state.Keys);
        Assert.Equal([3, 4], Get(state, "weight").Shape);
        Assert.Equal([0, 0, 0], Get(state, "running_mean").ToFloats());
        Assert.Equal([1, 1, 1], Get(state, "running_var").ToFloats());
        Assert.Empty(state.Metadata);
    }

    [Fact]
    public void A_module_saves_the_versions_of_its_layout()
    {
        StateDict state = StateDictReader.Read(Torch("batch_norm2d"));
        Assert.Equal(["norm1.weight", "norm1.bias", "norm1.running_mean", "norm1.running_var", "norm1.num_batches_tracked"], state.Keys);
        Assert.Equal([KeyValuePair.Create("", (long?)1), KeyValuePair.Create("norm1", (long?)2)], state.Metadata);
        // One batch of constant 0.5 moved the running mean by 0.1 of it, and the variance of 0 by 0.1.
        Assert.All(Get(state, "norm1.running_mean").ToFloats(), mean => Assert.Equal(0.05f, mean, 1e-7f));
        Assert.All(Get(state, "norm1.running_var").ToFloats(), variance => Assert.Equal(0.9f, variance, 1e-7f));
        Tensor count = Get(state, "norm1.num_batches_tracked");
        Assert.Equal(Shape.Scalar, count.Shape);
        Assert.Equal(1, count.As<long>()[0]);
    }

    [Fact]
    public void The_rows_of_an_embedding_are_those_that_PyTorch_prints()
    {
        float[] weight = Get(StateDictReader.Read(Torch("embedding")), "embed.weight").ToFloats();
        Assert.Equal([-1.6094849f, -0.10016718f, -0.6091889f, -0.97977227f, -1.6090963f, -0.7121446f], weight.AsSpan(3, 6).ToArray());
        Assert.Equal([-0.0287871417f, 2.357111f, -1.0373387f], weight.AsSpan(27, 3).ToArray());
    }

    [Fact]
    public void A_linear_module_computes_what_PyTorch_computes()
    {
        StateDict state = StateDictReader.Read(Torch("linear_with_bias"));
        float[] weight = Get(state, "fc1.weight").ToFloats(), bias = Get(state, "fc1.bias").ToFloats();
        float[] input = [0.63968194f, 0.97427773f], expected = [-0.00432095f, -1.1071012f, 0.8706914f];
        for (int row = 0; row < 3; row++)
            Assert.Equal(expected[row], weight[2 * row] * input[0] + weight[2 * row + 1] * input[1] + bias[row], 1e-6f);
    }

    [Fact]
    public void Convolutions_read_in_the_order_of_the_file()
    {
        Assert.Equal(["conv1.weight", "conv1.bias", "conv2.weight"], StateDictReader.Read(Torch("conv2d")).Keys);
        Assert.Equal([2, 2, 2, 2], Get(StateDictReader.Read(Torch("conv2d")), "conv1.weight").Shape);
        Assert.Equal([1f, 1f], Get(StateDictReader.Read(Torch("layer_norm")), "norm1.weight").ToFloats());
        StateDict gaps = StateDictReader.Read(Torch("non_contiguous_indexes"));
        Assert.Equal(new[] { 0, 2, 4, 6, 8 }.SelectMany(i => new[] { $"fc.{i}.weight", $"fc.{i}.bias" }), gaps.Keys);
    }

    [Fact]
    public void A_training_checkpoint_gives_its_model_and_its_numbers()
    {
        var checkpoint = Assert.IsType<PythonDict>(Checkpoint.Read(Torch("reader_checkpoint")));
        Assert.Equal(42L, checkpoint["epoch"]);
        Assert.Equal(0.123, checkpoint["loss"]);
        StateDict state = StateDictReader.From(checkpoint, "reader_checkpoint.pt");
        Assert.Equal(["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"], state.Keys);
        Assert.Equal([10, 5], Get(state, "fc1.weight").Shape);
    }

    [Fact]
    public void A_state_dict_is_found_under_a_key_of_its_own()
    {
        Assert.Equal(["conv1.weight", "conv1.bias"], StateDictReader.Read(Torch("top_level_key")).Keys);
        Assert.Equal(["conv1.weight", "conv1.bias"], StateDictReader.Read(Torch("top_level_key"), "my_state_dict").Keys);
    }

    [Fact]
    public void Several_dicts_of_tensors_are_an_error_that_lists_them()
    {
        string path = Torch("reader_nested_dict");
        var error = Assert.Throws<QuantPSException>(() => StateDictReader.Read(path));
        Assert.Equal("StateDictNotFound", error.ErrorId);
        Assert.Contains("'layer1', 'layer2'", error.Message);
        Assert.Equal([4, 2], Get(StateDictReader.Read(path, "layer2"), "weight").Shape);
    }

    [Fact]
    public void Legacy_files_read_with_their_values()
    {
        StateDict simple = StateDictReader.Read(Torch("reader_simple_legacy"));
        Assert.Equal(["weight", "bias", "running_mean"], simple.Keys);
        Assert.Equal([2, 3], Get(simple, "weight").Shape);
        Assert.Equal([1f, 1f], Get(simple, "bias").ToFloats());
        Assert.Equal([0f, 0f], Get(simple, "running_mean").ToFloats());

        StateDict offsets = StateDictReader.Read(Torch("reader_legacy_with_offsets"));
        Assert.Equal([1f, 1.01f, 1.02f, 1.03f, 1.04f, 1.05f, 1.06f, 1.07f, 1.08f, 1.09f], Get(offsets, "tensor1").ToFloats(), Near);
        Assert.Equal([2f, 2.1f, 2.2f, 2.3f, 2.4f], Get(offsets, "tensor2").ToFloats(), Near);
        Assert.Equal([3f, 3.1f, 3.2f, 3.3f, 3.4f], Get(offsets, "tensor3").ToFloats(), Near);

        StateDict views = StateDictReader.Read(Torch("reader_legacy_shared_storage"));
        Assert.Equal([10, 20, 10], views.Tensors.Select(entry => entry.Value.Shape[0]));
    }

    [Fact]
    public void The_trained_network_reads_without_the_prefix_of_DataParallel()
    {
        StateDict state = StateDictReader.Read(Repository.Shared("models/cifar10-resnet20.th"));
        string[] buffers = ["running_mean", "running_var"];
        IEnumerable<Tensor> parameters = state.Tensors.Where(entry => !buffers.Any(entry.Key.EndsWith)).Select(entry => entry.Value);
        Assert.Equal(269_722, parameters.Sum(tensor => tensor.Shape.ElementCount));
        Assert.Equal("conv1.weight", state.Keys[0]);
        Assert.Equal("linear.bias", state.Keys[^1]);
        Assert.Equal([16, 3, 3, 3], Get(state, "conv1.weight").Shape);
        Assert.Contains("layer3.2.bn2.running_var", state.Keys);
        Assert.DoesNotContain(state.Keys, key => key.StartsWith("module."));
        Assert.All(Get(state, "bn1.running_var").ToFloats(), variance => Assert.True(variance > 0));
    }

    [Fact]
    public void A_file_that_is_no_checkpoint_is_an_error_that_says_so()
    {
        string path = Torch("reader_broken");
        var error = Assert.Throws<QuantPSException>(() => Checkpoint.Read(path));
        Assert.Equal("CheckpointUnreadable", error.ErrorId);
        Assert.Equal(path, error.Target);
        Assert.Contains("in none of the formats that torch.save writes", error.Message);
    }

    [Fact]
    public void A_missing_file_is_an_error_that_names_it()
    {
        var error = Assert.Throws<QuantPSException>(() => Checkpoint.Read("/no/such/folder/model.pth"));
        Assert.Equal("CheckpointNotFound", error.ErrorId);
        Assert.Contains("/no/such/folder/model.pth", error.Message);
    }

    [Fact]
    public void A_folder_is_an_error_that_names_it()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<QuantPSException>(() => Checkpoint.Read(folder.Path));
        Assert.Equal("CheckpointUnreadable", error.ErrorId);
        Assert.Contains(folder.Path, error.Message);
    }

    [Fact]
    public void A_pipe_is_an_error_that_names_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes have names like this on Linux alone.");
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        string path = $"/proc/self/fd/{pipe.GetClientHandleAsString()}";
        foreach (Action read in (Action[])[() => Checkpoint.Read(path), () => SafetensorsFile.Read(path)])
        {
            var error = Assert.Throws<QuantPSException>(read);
            Assert.Equal(("CheckpointUnreadable", path), (error.ErrorId, error.Target));
            Assert.Contains("a pipe", error.Message);
        }
    }

    private static bool Near(float x, float y) => Math.Abs(x - y) < 1e-6f;

    private static string Torch(string name) => Repository.Shared($"models/torch-pt/{name}.pt");

    private static Tensor Get(StateDict state, string key) => Assert.IsType<Tensor>(state[key]);

    private static Tensor TensorOf(string name, ElementType type)
    {
        Tensor tensor = Get(StateDictReader.Read(Torch(name)), "tensor");
        Assert.Equal(type, tensor.Element);
        return tensor;
    }
}
