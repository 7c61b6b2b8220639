using System.Text;

namespace QuantPS.Checkpoints;

/// <summary>What comes of the few calls that a pickle may make. Whatever they copy is charged to the file's budget.</summary>
/// <param name="tensors">Builds the tensors.</param>
/// <param name="budget">What the file may cost.</param>
/// <param name="part">The pickle, for errors.</param>
internal sealed class PickleCalls(TensorBuilder tensors, CheckpointBudget budget, CheckpointPart part)
{
    public TensorBuilder Tensors => tensors;

    public object MakeOrderedDict(PythonTuple arguments)
    {
        var dict = new PythonDict { IsOrderedDict = true };
        if (arguments.Count == 0) return dict;
        // Python 2 gives the items as a list of pairs.
        if (arguments is not [List<object?> pairs]) throw Unexpected("collections.OrderedDict");
        budget.ChargeValues(4L * pairs.Count);
        foreach (object? pair in pairs)
        {
            (object? key, object? value) = pair switch
            {
                PythonTuple { Count: 2 } tuple => (tuple[0], tuple[1]),
                List<object?> { Count: 2 } list => (list[0], list[1]),
                _ => throw Unexpected("collections.OrderedDict"),
            };
            if (!PythonKeyComparer.IsKey(key)) throw Unexpected("collections.OrderedDict");
            dict.Set(key, value);
        }
        return dict;
    }

    public object CopyCounter(PythonTuple arguments)
    {
        var copy = new PythonDict();
        if (arguments.Count == 0) return copy;
        if (arguments is not [PythonDict counts]) throw Unexpected("collections.Counter");
        budget.ChargeValues(4L * counts.Count);
        foreach ((object key, object? value) in counts) copy.Set(key, value);
        return copy;
    }

    public object Encode(PythonTuple arguments)
    {
        if (arguments is not [string text, "latin1" or "latin-1"]) throw Unexpected("_codecs.encode");
        budget.ChargeValues(1 + text.Length / 32);
        return Encoding.Latin1.GetBytes(text);
    }

    public object MakeSize(PythonTuple arguments) => arguments is [PythonTuple sizes] ? sizes : throw Unexpected("torch.Size");

    public object MakeDevice(PythonTuple arguments) => arguments switch
    {
        [string type] => new DeviceReference(type),
        [string type, long index] => new DeviceReference(type, index),
        _ => throw Unexpected("torch.device"),
    };

    /// <summary>A parameter is its data: whether it is to be trained is not kept.</summary>
    public object? Unwrap(PythonTuple arguments) =>
        arguments.Count >= 3 && tensors.IsTensor(arguments[0]) ? arguments[0] : throw Unexpected("torch._utils._rebuild_parameter");

    public object? RebuildFromType(PythonTuple arguments) =>
        arguments is [PickleFunction function, PickleType, PythonTuple inner, ..]
            && function.Name.StartsWith("torch._utils.", StringComparison.Ordinal)
            ? function.Call(this, inner)
            : throw Unexpected("torch._tensor._rebuild_from_type_v2");

    private QuantPSException Unexpected(string name) => part.Unreadable($"'{name}' is called with arguments that it does not take.");
}
