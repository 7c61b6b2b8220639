using QuantPS.Engine;
using QuantPS.OracleTests.Oracle;
using QuantPS.Tests.Engine;

namespace QuantPS.OracleTests.Recurrent;

/// <summary>What libtorch gives for a recurrent module.</summary>
internal static class RecurrentOracle
{
    private static readonly Libtorch Modules = new(RecurrentSource.Text);

    /// <summary>The script that everything here runs in.</summary>
    public static Libtorch Script => Modules;

    /// <summary>The output of every step, and the last states, in the order of the graph.</summary>
    public static (float[] Output, float[] Hidden, float[] Cell) Run(RecurrentCase one)
    {
        (Engine.Recurrent module, int rows) = (one.Module, one.StateRows);
        bool isDynamic = one.Parameters[0].Element == ElementType.QInt8;
        int function = module switch { Lstm or LstmCell => 0, Gru or GruCell => 1, Rnn { Relu: true } or RnnCell { Relu: true } => 3, _ => 2 };
        HostTensor[] arguments =
        [
            module.IsCell ? HostTensor.From<float>(one.X, one.Batch, one.Features) : HostTensor.From<float>(one.X, one.Batch, one.Length, one.Features),
            State(one, 0), State(one, 1),
            HostTensor.Integers(module.Layers, module.Directions, module.HasBias ? 1 : 0, module.ReduceRange ? 1 : 0, function),
            HostTensor.Reals([.. one.Parameters.Where(tensor => tensor.Quantization is not null).Select(tensor => tensor.Quantization!.Scales[0]), 0]),
            .. one.Parameters.Select(Host),
        ];
        float[] all = Modules.InvokeOnList<float>(isDynamic ? module.IsCell ? "cell" : "dynamic" : "floats", arguments);
        int output = one.Batch * one.Length * module.Directions * module.HiddenSize, states = one.Batch * rows * module.HiddenSize;
        return (all[..output], BatchFirst(all.AsSpan(output, states), one), module.States > 1 ? BatchFirst(all.AsSpan(output + states, states), one) : []);
    }

    private static HostTensor State(RecurrentCase one, int index)
    {
        (int size, int rows) = (one.Module.HiddenSize, one.StateRows);
        var values = new float[one.Batch * rows * size];
        if (index < one.States.Length)
            for (int row = 0; row < rows; row++)
                for (int n = 0; n < one.Batch; n++)
                    one.States[index].AsSpan((n * rows + row) * size, size).CopyTo(values.AsSpan((row * one.Batch + n) * size));
        return one.Module.IsCell ? HostTensor.From<float>(values, one.Batch, size) : HostTensor.From<float>(values, rows, one.Batch, size);
    }

    private static float[] BatchFirst(ReadOnlySpan<float> states, RecurrentCase one)
    {
        (int size, int rows) = (one.Module.HiddenSize, one.StateRows);
        var values = new float[states.Length];
        for (int row = 0; row < rows; row++)
            for (int n = 0; n < one.Batch; n++)
                states.Slice((row * one.Batch + n) * size, size).CopyTo(values.AsSpan((n * rows + row) * size));
        return values;
    }

    private static HostTensor Host(Tensor tensor)
    {
        long[] shape = [.. tensor.Shape.Select(size => (long)size)];
        return tensor.Element == ElementType.QInt8 ? HostTensor.From(tensor.As<sbyte>(), shape) : HostTensor.From(tensor.As<float>(), shape);
    }
}
