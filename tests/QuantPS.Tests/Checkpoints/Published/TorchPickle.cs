namespace QuantPS.Tests.Checkpoints.Published;

/// <summary>The opcodes that Python's pickler writes for the objects of state dicts, each name remembered at its first place.</summary>
internal sealed class TorchPickle
{
    private readonly PickleBuilder _pickle = new PickleBuilder().Proto();
    private readonly Dictionary<string, uint> _globals = [];
    private uint _memo;

    public byte[] Bytes => _pickle.Bytes;

    public List<(int ElementSize, byte[] Data)> Storages { get; } = [];

    public void Text(string text)
    {
        _pickle.Text(text);
        Remember();
    }

    public void Int(int value) => _pickle.Int(value);

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
        if (_globals.TryGetValue($"{module} {name}", out uint index))
        {
            if (index <= byte.MaxValue) _pickle.Get((byte)index);
            else _pickle.Op('j').UInt32(index);
            return;
        }
        _globals.Add($"{module} {name}", _memo);
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
        Tuple(pickle => pickle.Text("storage"), pickle => pickle.Global("torch", type), pickle => pickle.Text(key), pickle => pickle.Text("cpu"),
            pickle => pickle.Int(count));
        _pickle.PersistentId();
    }

    private void Ints(int[] values) => Tuple([.. values.Select(value => (Action<TorchPickle>)(pickle => pickle.Int(value)))]);

    private string AddStorage(byte[] data, int count)
    {
        Storages.Add((count == 0 ? 1 : data.Length / count, data));
        return $"{Storages.Count - 1}";
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
