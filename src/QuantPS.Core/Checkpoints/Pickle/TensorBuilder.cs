using System.Runtime.InteropServices;
using QuantPS.Engine;

namespace QuantPS.Checkpoints;

/// <summary>Builds contiguous tensors from stretches of storages with any strides.</summary>
/// <param name="storages">The storages of the file.</param>
/// <param name="budget">What the file may cost.</param>
/// <param name="part">The pickle, for errors.</param>
internal sealed class TensorBuilder(Storages storages, CheckpointBudget budget, CheckpointPart part)
{
    private const int MostDimensions = 64;
    private readonly Dictionary<string, Tensor> _views = new(StringComparer.Ordinal);

    /// <summary>Whether a value is a tensor, or stands for one while the storages are not known.</summary>
    public bool IsTensor(object? value) => value is Tensor || (storages.AreUnknown && value is null);

    /// <summary><c>_rebuild_tensor(storage, offset, size, stride)</c>; what the second version has after that matters to training alone.</summary>
    public Tensor? Rebuild(PythonTuple arguments) =>
        arguments is [StorageReference storage, long offset, PythonTuple size, PythonTuple stride, ..]
            ? Build(storage, offset, size, stride, null)
            : throw Unexpected("_rebuild_tensor_v2");

    /// <summary><c>_rebuild_tensor_v3</c>: like the second version, with the dtype apart from the storage.</summary>
    public Tensor? RebuildTyped(PythonTuple arguments) =>
        arguments is [StorageReference storage, long offset, PythonTuple size, PythonTuple stride, _, _, DTypeReference type, ..]
            ? Build(Retype(storage, type.Element), offset, size, stride, null)
            : throw Unexpected("_rebuild_tensor_v3");

    /// <summary><c>_rebuild_qtensor(storage, offset, size, stride, quantizer, ...)</c>.</summary>
    public Tensor? RebuildQuantized(PythonTuple arguments) =>
        arguments is [StorageReference storage, long offset, PythonTuple size, PythonTuple stride, PythonTuple quantizer, ..]
            ? Build(storage, offset, size, stride, storages.AreUnknown ? null : ReadQuantizer(quantizer))
            : throw Unexpected("_rebuild_qtensor");

    private Tensor? Build(StorageReference storage, long offset, PythonTuple size, PythonTuple stride, QuantParams? quantization)
    {
        if (storages.AreUnknown) return null;
        int[] sizes = ReadSizes(size);
        long[] strides = ReadStrides(stride, sizes.Length);
        if (storage.Element.IsQuantized() != quantization is not null)
            throw part.Unreadable(
                $"a tensor of {storage.Element} elements is rebuilt {(quantization is null ? "without" : "with")} a scale and a zero point.");
        if (quantization is { Axis: int axis } && (axis < 0 || axis >= sizes.Length || sizes[axis] != quantization.Scales.Length))
            throw part.Unreadable($"a tensor of {sizes.Length} dimensions has {quantization.Scales.Length} scales along dimension {axis}.");

        string view = $"{storage.Key} {storage.Element} {storage.Start + offset} {string.Join(',', sizes)} {string.Join(',', strides)}";
        if (quantization is null && _views.TryGetValue(view, out Tensor? known)) return known;

        var shape = Shape.Create(sizes);
        if (storage.Element == ElementType.QUInt4x2) return Halves(storage, offset, shape, sizes, strides, quantization!);
        long bytes = CheckReach(storage, offset, sizes, strides) * storage.Element.Size();
        byte[] data = storages.Load(storage);
        long first = (storage.Start + offset) * storage.Element.Size();
        bool isContiguous = StridedCopy.IsContiguous(sizes, strides);
        if (!isContiguous || first != 0 || bytes != data.LongLength)
        {
            budget.ChargeTensor(bytes);
            var copy = new byte[bytes];
            if (bytes > 0) StridedCopy.Copy(data.AsSpan(checked((int)first)), copy, storage.Element.Size(), sizes, strides);
            data = copy;
        }
        var tensor = new Tensor(storage.Element, shape, data, quantization);
        if (quantization is not null) return tensor;
        budget.ChargeText(view.Length);
        _views.Add(view, tensor);
        return tensor;
    }

    /// <summary>A tensor of codes of four bits, whose storage counts the bytes of two.</summary>
    private Tensor Halves(StorageReference storage, long offset, Shape shape, int[] sizes, long[] strides, QuantParams quantization)
    {
        byte[] data = storages.Load(storage);
        long count = CheckReach(storage with { Count = 2 * storage.Count }, offset, sizes, strides);
        if (offset != 0 || storage.Start != 0 || !StridedCopy.IsContiguous(sizes, strides) || data.LongLength != storage.Element.ByteCount(count))
            throw part.Unsupported($"a tensor of four bits is a part of its storage '{storage.Key}', or is not contiguous.");
        return new Tensor(storage.Element, shape, data, quantization);
    }

    /// <summary>The number of elements, once it is certain that all of them lie in the storage.</summary>
    private long CheckReach(StorageReference storage, long offset, int[] sizes, long[] strides)
    {
        if (offset < 0) throw part.Unreadable($"a tensor begins before its storage '{storage.Key}'.");
        Int128 count = 1, last = offset;
        for (int d = 0; d < sizes.Length; d++)
        {
            count *= sizes[d];
            last += (Int128)(sizes[d] - 1) * strides[d];
            if (count > Array.MaxLength || last > long.MaxValue) break;
        }
        if (sizes.Contains(0)) return 0;
        if (last >= storage.Count)
            throw part.Unreadable($"a tensor of shape {string.Join('x', sizes)} reaches beyond its storage '{storage.Key}'.");
        if (count * storage.Element.Size() > Array.MaxLength)
            throw part.TooLarge($"a tensor of shape {string.Join('x', sizes)} has more than {Array.MaxLength:N0} bytes.");
        return (long)count;
    }

    private int[] ReadSizes(PythonTuple size)
    {
        if (size.Count > MostDimensions) throw part.Unreadable($"a tensor has {size.Count} dimensions; {MostDimensions} is the most.");
        var sizes = new int[size.Count];
        for (int d = 0; d < sizes.Length; d++)
            sizes[d] = size[d] is long and >= 0 and <= int.MaxValue
                ? (int)(long)size[d]!
                : throw part.Unreadable($"a tensor has the size {size[d]}.");
        return sizes;
    }

    private long[] ReadStrides(PythonTuple stride, int rank)
    {
        if (stride.Count != rank) throw part.Unreadable($"a tensor of {rank} dimensions has {stride.Count} strides.");
        var strides = new long[rank];
        for (int d = 0; d < rank; d++)
            strides[d] = stride[d] is long and >= 0 ? (long)stride[d]! : throw part.Unreadable($"a tensor has the stride {stride[d]}.");
        return strides;
    }

    private QuantParams ReadQuantizer(PythonTuple quantizer)
    {
        if (quantizer is [QScheme { IsPerChannel: false }, double or long, long zeroPoint])
            return QuantParams.PerTensor(CheckScale(Convert.ToDouble(quantizer[1])), CheckZeroPoint(zeroPoint));
        if (quantizer is [QScheme { HasFloatZeroPoints: true }, Tensor { Element: ElementType.Float32 } floatScales, Tensor { Element: ElementType.Float32 } zeros, long rows])
        {
            if (floatScales.Shape.ElementCount != zeros.Shape.ElementCount)
                throw part.Unreadable($"a quantized tensor has {floatScales.Shape.ElementCount} scales and {zeros.Shape.ElementCount} zero points.");
            foreach (float scale in floatScales.As<float>()) CheckScale(scale);
            return QuantParams.PerChannelFloat(floatScales.As<float>(), zeros.As<float>(), (int)long.Clamp(rows, -1, MostDimensions));
        }
        if (quantizer is not [QScheme { IsPerChannel: true, HasFloatZeroPoints: false }, object scaleList, object zeroPointList, long axis])
            throw Unexpected("_rebuild_qtensor");
        double[] scales = ReadNumbers(scaleList);
        long[] zeroPoints = Array.ConvertAll(ReadNumbers(zeroPointList), value =>
            value == Math.Truncate(value)
                ? CheckZeroPoint((long)value)
                : throw part.Unsupported($"a quantized tensor has the zero point {value}, which is not whole."));
        if (scales.Length != zeroPoints.Length)
            throw part.Unreadable($"a quantized tensor has {scales.Length} scales and {zeroPoints.Length} zero points.");
        foreach (double scale in scales) CheckScale(scale);
        return QuantParams.PerChannel(scales, zeroPoints, (int)long.Clamp(axis, -1, MostDimensions));
    }

    /// <summary>The numbers of a tensor, a list or a tuple.</summary>
    private double[] ReadNumbers(object source)
    {
        if (source is Tensor tensor)
        {
            budget.ChargeValues(tensor.Shape.ElementCount);
            return tensor.Element switch
            {
                ElementType.Float64 => MemoryMarshal.Cast<byte, double>(tensor.Bytes).ToArray(),
                ElementType.Int64 => Array.ConvertAll(tensor.As<long>().ToArray(), Convert.ToDouble),
                ElementType.Float32 or ElementType.Int32 => Array.ConvertAll(tensor.ToFloats(), Convert.ToDouble),
                _ => throw part.Unreadable($"the scales or zero points of a quantized tensor are {tensor.Element}."),
            };
        }
        if (source is not IReadOnlyList<object?> list) throw Unexpected("_rebuild_qtensor");
        budget.ChargeValues(list.Count);
        return [.. list.Select(value => value is double or long ? Convert.ToDouble(value) : throw Unexpected("_rebuild_qtensor"))];
    }

    private double CheckScale(double scale) =>
        double.IsFinite(scale) ? scale : throw part.Unreadable($"a quantized tensor has the scale {scale}.");

    private long CheckZeroPoint(long value) =>
        value is >= int.MinValue and <= int.MaxValue ? value : throw part.Unreadable($"a quantized tensor has the zero point {value}.");

    private static StorageReference Retype(StorageReference storage, ElementType type)
    {
        int from = storage.Element.Size(), to = type.Size();
        return new StorageReference(storage.Key, type, storage.Start * from / to, storage.Count * from / to);
    }

    private QuantPSException Unexpected(string name) =>
        part.Unreadable($"'torch._utils.{name}' is called with arguments that it does not take.");
}
