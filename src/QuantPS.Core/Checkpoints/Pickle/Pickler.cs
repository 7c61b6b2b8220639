using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using QuantPS.Engine;

namespace QuantPS.Checkpoints;

/// <summary>
/// Writes a value as CPython's pickler does for torch.save: protocol 2, each object remembered at its first place and recalled after.
/// </summary>
/// <remarks>
/// Objects are the same where they are one .NET object. A tensor in several places gives a call in each and one storage for all, as the
/// tensors of <c>state_dict()</c> do.
/// </remarks>
internal sealed class Pickler
{
    private const byte Protocol = 2;
    private const int BatchSize = 1000;

    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly Dictionary<object, int> _memo = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, string> _globals = new(StringComparer.Ordinal);
    private readonly Dictionary<Tensor, string> _storageKeys = new(ReferenceEqualityComparer.Instance);
    private readonly List<Tensor> _storages = [];

    private Pickler()
    {
    }

    /// <summary>The pickle of a value, and the tensors whose elements are its storages 0, 1, 2 and so on.</summary>
    public static (ReadOnlyMemory<byte> Pickle, IReadOnlyList<Tensor> Storages) Save(object? value)
    {
        var pickler = new Pickler();
        pickler.Write(Opcode.Proto, [Protocol]);
        pickler.SaveValue(value);
        pickler.Write(Opcode.Stop);
        return (pickler._output.WrittenMemory, pickler._storages);
    }

    private void SaveValue(object? value)
    {
        switch (value)
        {
            case null: Write(Opcode.None); break;
            case bool flag: Write(flag ? Opcode.NewTrue : Opcode.NewFalse); break;
            case long number: SaveInteger(number); break;
            case BigInteger number: SaveLong(number); break;
            case double number: SaveFloat(number); break;
            case string text: SaveString(text); break;
            case byte[] bytes: SaveBytes(bytes); break;
            case DTypeReference type: SaveGlobal($"torch.{type.Name}"); break;
            case PickleGlobal global: SaveGlobal(global.Name); break;
            case DeviceReference device: SaveDevice(device); break;
            case Tensor tensor: SaveTensor(tensor, Strides(tensor.Shape)); break;
            case ChannelsLast image: SaveTensor(image.Tensor, image.Strides); break;
            case PickledObject instance: SaveObject(instance); break;
            case PickledCall call: SaveCall(call); break;
            case StorageOf storage: SaveStorage(storage.Tensor); break;
            case PythonTuple tuple: SaveTuple(tuple); break;
            case List<object?> list: SaveList(list); break;
            case PythonDict dict: SaveDict(dict); break;
            default: throw new ArgumentException($"A checkpoint cannot hold a value of type {value.GetType().Name}.", nameof(value));
        }
    }

    private void SaveInteger(long number)
    {
        if (number is >= 0 and <= byte.MaxValue) Write(Opcode.BinInt1, [(byte)number]);
        else if (number is >= 0 and <= ushort.MaxValue) Write(Opcode.BinInt2, [(byte)number, (byte)(number >> 8)]);
        else if (number is >= int.MinValue and <= int.MaxValue) Write(Opcode.BinInt, (int)number);
        else SaveLong(number);
    }

    private void SaveLong(BigInteger number)
    {
        byte[] bytes = number.ToByteArray();
        if (bytes.Length <= byte.MaxValue) Write(Opcode.Long1, [(byte)bytes.Length]);
        else Write(Opcode.Long4, bytes.Length);
        _output.Write(bytes);
    }

    private void SaveFloat(double number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, number);
        Write(Opcode.BinFloat, bytes);
    }

    private void SaveString(string text)
    {
        if (Recall(text)) return;
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Write(Opcode.BinUnicode, bytes.Length);
        _output.Write(bytes);
        Remember(text);
    }

    private void SaveBytes(byte[] bytes)
    {
        if (!Recall(bytes)) SaveCall("_codecs.encode", new PythonTuple([Encoding.Latin1.GetString(bytes), "latin1"]), bytes);
    }

    private void SaveDevice(DeviceReference device)
    {
        if (Recall(device)) return;
        SaveCall("torch.device", new PythonTuple(device.Index is long index ? [device.Type, index] : [device.Type]), device);
    }

    private void SaveTensor(Tensor tensor, PythonTuple strides)
    {
        var sizes = new PythonTuple([.. tensor.Shape.Select(size => (object?)(long)size)]);
        var hooks = new PythonDict { IsOrderedDict = true };
        object?[] data = [new StorageOf(tensor), 0L, sizes, strides];
        if (tensor.Quantization is { } quantization)
            SaveCall("torch._utils._rebuild_qtensor", new PythonTuple([.. data, Quantizer(quantization), false, hooks]), new object());
        else
            SaveCall("torch._utils._rebuild_tensor_v2", new PythonTuple([.. data, false, hooks]), new object());
    }

    private void SaveStorage(Tensor tensor)
    {
        if (!_storageKeys.TryGetValue(tensor, out string? key))
        {
            // A copy: .NET keeps the strings of small numbers, and Python makes them anew.
            _storageKeys.Add(tensor, key = new string(_storages.Count.ToString().AsSpan()));
            _storages.Add(tensor);
        }
        var type = new StorageType($"torch.{TorchNames.StorageClass(tensor.Element)}", tensor.Element);
        SaveTuple(new PythonTuple(["storage", type, key, "cpu", tensor.Element == ElementType.QUInt4x2 ? tensor.ByteCount : tensor.Shape.ElementCount]));
        Write(Opcode.BinPersId);
    }

    private void SaveTuple(PythonTuple tuple)
    {
        if (tuple.Count == 0)
        {
            Write(Opcode.EmptyTuple);
            return;
        }
        if (Recall(tuple)) return;
        if (tuple.Count > 3) Write(Opcode.Mark);
        foreach (object? item in tuple) SaveValue(item);
        Write(tuple.Count switch { 1 => Opcode.Tuple1, 2 => Opcode.Tuple2, 3 => Opcode.Tuple3, _ => Opcode.Tuple });
        Remember(tuple);
    }

    private void SaveList(List<object?> list)
    {
        if (Recall(list)) return;
        Write(Opcode.EmptyList);
        Remember(list);
        foreach (object?[] batch in list.Chunk(BatchSize))
        {
            if (list.Count > 1) Write(Opcode.Mark);
            foreach (object? item in batch) SaveValue(item);
            Write(list.Count > 1 ? Opcode.Appends : Opcode.Append);
        }
    }

    private void SaveDict(PythonDict dict)
    {
        if (Recall(dict)) return;
        if (dict.IsOrderedDict)
        {
            SaveCall("collections.OrderedDict", [], dict);
        }
        else
        {
            Write(Opcode.EmptyDict);
            Remember(dict);
        }
        foreach (KeyValuePair<object, object?>[] batch in dict.Chunk(BatchSize))
        {
            // What is left of an OrderedDict is written as a single item where it is one; of a dict, only where it is all of it.
            bool isSingle = batch.Length == 1 && (dict.IsOrderedDict || dict.Count == 1);
            if (!isSingle) Write(Opcode.Mark);
            foreach ((object key, object? value) in batch)
            {
                SaveValue(key);
                SaveValue(value);
            }
            Write(isSingle ? Opcode.SetItem : Opcode.SetItems);
        }
        if (!dict.IsOrderedDict && dict.Count > 0 && dict.Count % BatchSize == 0)
        {
            Write(Opcode.Mark);
            Write(Opcode.SetItems);
        }
        if (dict.Attributes is null) return;
        SaveDict(dict.Attributes);
        Write(Opcode.Build);
    }

    private void SaveObject(PickledObject instance)
    {
        if (Recall(instance)) return;
        SaveGlobal(instance.Class);
        Write(Opcode.EmptyTuple);
        Write(Opcode.NewObj);
        Remember(instance);
        SaveValue(instance.State);
        Write(Opcode.Build);
    }

    private void SaveCall(PickledCall call)
    {
        if (!Recall(call)) SaveCall(call.Function, call.Arguments, call);
    }

    private void SaveCall(string function, PythonTuple arguments, object result)
    {
        SaveGlobal(function);
        SaveTuple(arguments);
        Write(Opcode.Reduce);
        Remember(result);
    }

    private void SaveGlobal(string name)
    {
        if (_globals.TryGetValue(name, out string? known))
        {
            Recall(known);
            return;
        }
        int dot = name.LastIndexOf('.');
        Write(Opcode.Global, Encoding.ASCII.GetBytes($"{name[..dot]}\n{name[(dot + 1)..]}\n"));
        // A copy, so that a string of the same text that is a value stays another object.
        _globals.Add(name, known = new string(name.AsSpan()));
        Remember(known);
    }

    private bool Recall(object value)
    {
        if (!_memo.TryGetValue(value, out int index)) return false;
        if (index <= byte.MaxValue) Write(Opcode.BinGet, [(byte)index]);
        else Write(Opcode.LongBinGet, index);
        return true;
    }

    private void Remember(object value)
    {
        int index = _memo.Count;
        _memo.Add(value, index);
        if (index <= byte.MaxValue) Write(Opcode.BinPut, [(byte)index]);
        else Write(Opcode.LongBinPut, index);
    }

    private void Write(Opcode opcode) => _output.Write([(byte)opcode]);

    private void Write(Opcode opcode, ReadOnlySpan<byte> argument)
    {
        Write(opcode);
        _output.Write(argument);
    }

    private void Write(Opcode opcode, int argument)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, argument);
        Write(opcode, bytes);
    }

    private static PythonTuple Strides(Shape shape)
    {
        var strides = new object?[shape.Rank];
        long stride = 1;
        for (int d = strides.Length - 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= Math.Max(shape[d], 1);
        }
        return new PythonTuple(strides);
    }

    private static PythonTuple Quantizer(QuantParams quantization) => quantization is { Axis: int rows, HasFloatZeroPoints: true }
        ? new PythonTuple([
            new QScheme("torch.per_channel_affine_float_qparams", true, HasFloatZeroPoints: true),
            Tensor.From<float>(Array.ConvertAll(quantization.Scales.ToArray(), scale => (float)scale)), Tensor.From(quantization.FloatZeroPoints), (long)rows])
        : quantization.Axis is int axis
        ? new PythonTuple([
            new QScheme("torch.per_channel_affine", true), Tensor.From(quantization.Scales), Tensor.From(quantization.ZeroPoints), (long)axis])
        : new PythonTuple([new QScheme("torch.per_tensor_affine", false), quantization.Scales[0], quantization.ZeroPoints[0]]);

    private sealed record StorageOf(Tensor Tensor);
}
