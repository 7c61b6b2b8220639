using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Export;

/// <summary>
/// An int8 weight with its bias as the object that <c>quantized::</c> operators take. A file holds what its <c>__getstate__</c> gives, and libtorch
/// packs it for the engine as the file is loaded (aten/src/ATen/native/quantized/cpu/fbgemm_utils.cpp, conv_serialization.h).
/// </summary>
/// <param name="Type">The type of the attribute.</param>
/// <param name="State">The state.</param>
internal sealed record PackedParams(string Type, PythonTuple State)
{
    /// <summary>The type of the parameters of a linear layer.</summary>
    public const string LinearType = Classes + "LinearPackedParamsBase";

    private const string Classes = "__torch__.torch.classes.quantized.";
    private const long TableVersion = 1;

    /// <summary>The object in a pickle.</summary>
    public PickledObject Object => new(Type, State);

    /// <summary>The parameters of a linear layer.</summary>
    public static PackedParams OfLinear(Tensor weight, Tensor? bias) => new(LinearType, new([weight, bias]));

    /// <summary>The table of an embedding.</summary>
    public static PackedParams OfTable(Tensor table)
    {
        object List(string kind, params IEnumerable<object?> items) => new PickledCall($"torch.jit._pickle.build_{kind}list", new([items.ToList()]));
        long bits = table.Element == ElementType.QUInt4x2 ? 4 : 8;
        return new(Classes + "EmbeddingPackedParamsBase", new([TableVersion, List("tensor", table), List("double"), List("int", bits)]));
    }

    /// <summary>The parameters of a convolution.</summary>
    public static PackedParams OfConv(Conv2d conv, Tensor weight, Tensor? bias)
    {
        Window2 w = conv.Window;
        // The number of dimensions; stride, padding, dilation and output padding along each; groups; whether it is transposed.
        int[] numbers =
        [
            2, w.Stride.Height, w.Stride.Width, w.Padding.Height, w.Padding.Width, w.Dilation.Height, w.Dilation.Width, 0, 0, conv.Groups, 0,
        ];
        Tensor settings = Tensor.From<short>(Array.ConvertAll(numbers, number => checked((short)number)));
        var tensors = new PickledCall("torch.jit._pickle.build_tensorlist", new([new List<object?> { settings, weight }]));
        var optionals = new PickledCall("torch.jit._pickle.restore_type_tag", new([new List<object?> { bias }, "List[Optional[Tensor]]"]));
        return new(Classes + "Conv2dPackedParamsBase", new(["2", tensors, optionals]));
    }
}
