using System.Collections.Frozen;
using QuantPS.Engine;

namespace QuantPS.Checkpoints;

/// <summary>How PyTorch spells element types in checkpoints.</summary>
internal static class TorchNames
{
    /// <summary>The name of the storage class of an element type, in the module <c>torch</c>.</summary>
    public static string StorageClass(ElementType type) => type switch
    {
        ElementType.Float32 => "FloatStorage",
        ElementType.Float64 => "DoubleStorage",
        ElementType.Float16 => "HalfStorage",
        ElementType.BFloat16 => "BFloat16Storage",
        ElementType.Bool => "BoolStorage",
        ElementType.UInt8 => "ByteStorage",
        ElementType.Int8 => "CharStorage",
        ElementType.Int16 => "ShortStorage",
        ElementType.Int32 => "IntStorage",
        ElementType.Int64 => "LongStorage",
        ElementType.Complex64 => "ComplexFloatStorage",
        ElementType.Complex128 => "ComplexDoubleStorage",
        ElementType.QInt8 => "QInt8Storage",
        ElementType.QUInt8 => "QUInt8Storage",
        ElementType.QInt32 => "QInt32Storage",
        ElementType.QUInt4x2 => "QUInt4x2Storage",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type."),
    };

    /// <summary>
    /// The names that a pickle may mention, keyed by module and name with a blank between. Whatever is not here is refused.
    /// </summary>
    public static FrozenDictionary<string, object> Allowed { get; } = MakeAllowed();

    private static FrozenDictionary<string, object> MakeAllowed()
    {
        Dictionary<string, object> allowed = new()
        {
            ["torch Tensor"] = new PickleType("torch.Tensor"),
            ["torch.nn.parameter Parameter"] = new PickleType("torch.nn.parameter.Parameter"),
            ["torch per_tensor_affine"] = new QScheme("torch.per_tensor_affine", false),
            ["torch per_channel_affine"] = new QScheme("torch.per_channel_affine", true),
            ["torch per_channel_affine_float_qparams"] = new QScheme("torch.per_channel_affine_float_qparams", true, HasFloatZeroPoints: true),
        };
        void Function(string module, string name, Func<PickleCalls, PythonTuple, object?> call) =>
            allowed.Add($"{module} {name}", new PickleFunction($"{module}.{name}", call));

        Function("collections", "OrderedDict", (calls, arguments) => calls.MakeOrderedDict(arguments));
        Function("collections", "Counter", (calls, arguments) => calls.CopyCounter(arguments));
        Function("_codecs", "encode", (calls, arguments) => calls.Encode(arguments));
        Function("torch", "Size", (calls, arguments) => calls.MakeSize(arguments));
        Function("torch", "device", (calls, arguments) => calls.MakeDevice(arguments));
        Function("torch._utils", "_rebuild_tensor", (calls, arguments) => calls.Tensors.Rebuild(arguments));
        Function("torch._utils", "_rebuild_tensor_v2", (calls, arguments) => calls.Tensors.Rebuild(arguments));
        Function("torch._utils", "_rebuild_tensor_v3", (calls, arguments) => calls.Tensors.RebuildTyped(arguments));
        Function("torch._utils", "_rebuild_qtensor", (calls, arguments) => calls.Tensors.RebuildQuantized(arguments));
        Function("torch._utils", "_rebuild_parameter", (calls, arguments) => calls.Unwrap(arguments));
        Function("torch._utils", "_rebuild_parameter_with_state", (calls, arguments) => calls.Unwrap(arguments));
        Function("torch._tensor", "_rebuild_from_type_v2", (calls, arguments) => calls.RebuildFromType(arguments));

        foreach (ElementType type in Enum.GetValues<ElementType>())
        {
            allowed.Add($"torch {new DTypeReference(type).Name}", new DTypeReference(type));
            string storage = StorageClass(type);
            foreach (string module in new[] { "torch", "torch.cuda" })
                allowed.Add($"{module} {storage}", new StorageType($"{module}.{storage}", type));
        }
        foreach (string name in new[] { "torch.storage UntypedStorage", "torch.storage _UntypedStorage", "torch UntypedStorage" })
            allowed.Add(name, new StorageType(name.Replace(' ', '.'), null));
        return allowed.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
