namespace QuantPS.Tests.Checkpoints.Published;

/// <summary>
/// The opcodes that Python's pickler writes for the objects of state dicts, each name and each of Python's own strings remembered at its
/// first place.
/// </summary>
/// <param name="isLegacy">Whether storages are named as before PyTorch 1.6, by their addresses, and may be views.</param>
internal sealed class TorchPickle(bool isLegacy)
{
    private readonly PickleBuilder _pickle = new PickleBuilder().Proto();
    private readonly Dictionary<string, uint> _known = [];
    private uint _memo;

    public byte[] Bytes => _pickle.Bytes;

    public List<(string Key, int Count, byte[] Data)> Storages { get; } = [];

    public void Text(string text)
    {
        _pickle.Text(text);
        Remember();
    }

    /// <summary>A string of which Python has one for all places.</summary>
    public void Name(string text)
    {
        if (!Recall(text)) Text(text);
    }

    public void Int(int value)
    {
        if (value is >= 0 and <= byte.MaxValue) _pickle.Op('K').Raw((byte)value);
        else if (value is >= 0 and <= ushort.MaxValue) _pickle.Op('M').Raw((byte)value, (byte)(value >> 8));
        else _pickle.Int(value);
    }

    public void Float(double value) => _pickle.Float(value);

    public void None() => _pickle.None();

    public void Dict()
    {
        _pickle.EmptyDict();
        Remember();
    }

    public void OrderedDict()
    {
        Global("collections", "OrderedDict");
        _pickle.EmptyTuple().Reduce();
        Remember();
    }

    public void SetItem() => _pickle.SetItem();

    public void Build() => _pickle.Op('b');

    public void Stop() => _pickle.Stop();

    public void Global(string module, string name)
    {
        if (Recall($"{module} {name}")) return;
        _pickle.Global(module, name);
        Remember();
    }

    public void Tuple(params ReadOnlySpan<Action<TorchPickle>> items)
    {
        _pickle.Mark();
        foreach (Action<TorchPickle> item in items) item(this);
        _pickle.Tuple();
        Remember();
    }

    public void List(params ReadOnlySpan<Action<TorchPickle>> items)
    {
        _pickle.Op(']');
        Remember();
        _pickle.Mark();
        foreach (Action<TorchPickle> item in items) item(this);
        _pickle.Op('e');
    }

    /// <summary>A tensor with a storage of its own: <c>_rebuild_tensor_v2</c>.</summary>
    public void Tensor<T>(string storage, int[] sizes, params ReadOnlySpan<T> values) where T : unmanaged
    {
        string key = AddStorage(CheckpointBuilder.BytesOf(values), values.Length);
        int count = values.Length;
        Global("torch._utils", "_rebuild_tensor_v2");
        Tuple(pickle => pickle.Storage(storage, key, count), pickle => pickle.Int(0), pickle => pickle.Ints(sizes),
            pickle => pickle.Ints(Strides(sizes)), pickle => pickle._pickle.False(), pickle => pickle.OrderedDict());
        _pickle.Reduce();
        Remember();
    }

    /// <summary>
    /// A tensor of qint8: <c>_rebuild_qtensor</c>, with the codes in channels-last order where there are four dimensions, as fbgemm unpacks
    /// its weights.
    /// </summary>
    public void Quantized(int[] sizes, sbyte[] codes, Action<TorchPickle> quantizer)
    {
        bool isImage = sizes.Length == 4;
        sbyte[] stored = isImage ? ChannelsLast(codes, sizes) : codes;
        int[] strides = isImage ? [sizes[1] * sizes[2] * sizes[3], 1, sizes[3] * sizes[1], sizes[1]] : Strides(sizes);
        string key = AddStorage(CheckpointBuilder.BytesOf<sbyte>(stored), codes.Length);
        Global("torch._utils", "_rebuild_qtensor");
        Tuple(pickle => pickle.Storage("QInt8Storage", key, codes.Length), pickle => pickle.Int(0), pickle => pickle.Ints(sizes),
            pickle => pickle.Ints(strides), quantizer, pickle => pickle._pickle.False(), pickle => pickle.OrderedDict());
        _pickle.Reduce();
        Remember();
    }

    private void Storage(string type, string key, int count)
    {
        Action<TorchPickle>[] parts =
        [
            pickle => pickle.Name("storage"), pickle => pickle.Global("torch", type), pickle => pickle.Text(key), pickle => pickle.Name("cpu"),
            pickle => pickle.Int(count),
        ];
        Tuple(isLegacy ? [.. parts, pickle => pickle.None()] : parts);
        _pickle.PersistentId();
    }

    private void Ints(int[] values) => Tuple([.. values.Select(value => (Action<TorchPickle>)(pickle => pickle.Int(value)))]);

    private string AddStorage(byte[] data, int count)
    {
        string key = isLegacy ? $"{94_000_000_000_000 + 64 * Storages.Count}" : $"{Storages.Count}";
        Storages.Add((key, count, data));
        return key;
    }

    private bool Recall(string text)
    {
        if (!_known.TryGetValue(text, out uint index))
        {
            _known.Add(text, _memo);
            return false;
        }
        if (index <= byte.MaxValue) _pickle.Get((byte)index);
        else _pickle.Op('j').UInt32(index);
        return true;
    }

    private void Remember()
    {
        if (_memo <= byte.MaxValue) _pickle.Put((byte)_memo);
        else _pickle.Op('r').UInt32(_memo);
        _memo++;
    }

    private static int[] Strides(int[] sizes)
    {
        var strides = new int[sizes.Length];
        int stride = 1;
        for (int d = sizes.Length - 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= sizes[d];
        }
        return strides;
    }

    private static sbyte[] ChannelsLast(sbyte[] codes, int[] sizes)
    {
        (int outputs, int inputs, int area) = (sizes[0], sizes[1], sizes[2] * sizes[3]);
        var result = new sbyte[codes.Length];
        for (int o = 0; o < outputs; o++)
            for (int i = 0; i < inputs; i++)
                for (int at = 0; at < area; at++)
                    result[(o * area + at) * inputs + i] = codes[(o * inputs + i) * area + at];
        return result;
    }
}
