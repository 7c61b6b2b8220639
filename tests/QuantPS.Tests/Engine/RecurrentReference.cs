using QuantPS.Engine;
using QuantPS.Engine.Execution;

namespace QuantPS.Tests.Engine;

/// <summary>Recurrent modules by their definition (aten/src/ATen/native/RNN.cpp), in loops; products of floats in double.</summary>
internal sealed class RecurrentReference(RecurrentCase one, QuantizationBackend backend)
{
    private readonly Recurrent _module = one.Module;
    private readonly int _size = one.Module.HiddenSize;

    public (float[] Output, float[] Hidden, float[] Cell) Run()
    {
        (int directions, int rows) = (_module.Directions, one.StateRows);
        var last = new float[2][];
        for (int i = 0; i < 2; i++) last[i] = new float[one.Batch * rows * _size];
        (float[] x, int features) = (one.X, one.Features);
        for (int layer = 0; layer < _module.Layers; layer++)
        {
            var output = new float[one.Batch * one.Length * directions * _size];
            for (int direction = 0; direction < directions; direction++)
            {
                int start = _module.ParameterStart(layer, direction) - _module.DataInputCount, row = layer * directions + direction;
                float[] gates = Product(x, one.Batch * one.Length, start);
                (float[] hidden, float[] cell) = (State(0, row), State(1, row));
                for (int i = 0; i < one.Length; i++)
                {
                    int step = direction == 0 ? i : one.Length - 1 - i;
                    float[] product = Product(hidden, one.Batch, start + 1);
                    for (int n = 0; n < one.Batch; n++)
                        for (int k = 0; k < _size; k++)
                        {
                            Step(gates, (n * one.Length + step) * _module.Gates * _size + k, product, n * _module.Gates * _size + k, ref hidden[n * _size + k], ref cell[n * _size + k]);
                            output[((n * one.Length + step) * directions + direction) * _size + k] = hidden[n * _size + k];
                        }
                }
                for (int n = 0; n < one.Batch; n++)
                {
                    hidden.AsSpan(n * _size, _size).CopyTo(last[0].AsSpan((n * rows + row) * _size));
                    cell.AsSpan(n * _size, _size).CopyTo(last[1].AsSpan((n * rows + row) * _size));
                }
            }
            (x, features) = (output, directions * _size);
        }
        return (x, last[0], _module.States > 1 ? last[1] : []);
    }

    private float[] State(int index, int row)
    {
        var state = new float[one.Batch * _size];
        for (int n = 0; n < one.Batch && index < one.States.Length; n++)
            one.States[index].AsSpan((n * one.StateRows + row) * _size, _size).CopyTo(state.AsSpan(n * _size));
        return state;
    }

    private void Step(float[] gates, int at, float[] product, int of, ref float hidden, ref float cell)
    {
        float Sum(int gate) => product[of + gate * _size] + gates[at + gate * _size];
        switch (_module)
        {
            case Lstm or LstmCell:
                cell = Sigmoid(Sum(1)) * cell + Sigmoid(Sum(0)) * MathF.Tanh(Sum(2));
                hidden = Sigmoid(Sum(3)) * MathF.Tanh(cell);
                break;
            case Gru or GruCell:
                float candidate = MathF.Tanh(gates[at + 2 * _size] + product[of + 2 * _size] * Sigmoid(Sum(0)));
                hidden = (hidden - candidate) * Sigmoid(Sum(1)) + candidate;
                break;
            case Rnn { Relu: true } or RnnCell { Relu: true }:
                hidden = Math.Max(Sum(0), 0);
                break;
            default:
                hidden = MathF.Tanh(Sum(0));
                break;
        }
    }

    /// <summary>x times a weight, plus its bias: of floats, or of codes of the range of all rows.</summary>
    private float[] Product(float[] x, int rows, int parameter)
    {
        Tensor weight = one.Parameters[parameter];
        (int outputs, int inputs) = (weight.Shape[0], weight.Shape[1]);
        float[] bias = _module.HasBias ? one.Parameters[parameter + 2].ToFloats() : new float[outputs];
        var result = new float[rows * outputs];
        if (weight.Quantization is null)
        {
            float[] w = weight.ToFloats();
            for (int r = 0; r < rows; r++)
                for (int o = 0; o < outputs; o++)
                {
                    double sum = bias[o];
                    for (int k = 0; k < inputs; k++) sum += (double)x[r * inputs + k] * w[o * inputs + k];
                    result[r * outputs + o] = (float)sum;
                }
            return result;
        }
        (float scale, int zeroPoint, float inverted) = QuantPS.Engine.Kernels.DynamicParameters.Choose(Math.Min(x.Min(), 0), Math.Max(x.Max(), 0), _module.ReduceRange);
        bool onednn = backend == QuantizationBackend.Onednn, fused = backend is QuantizationBackend.Fbgemm or QuantizationBackend.X86;
        float used = onednn ? inverted : scale, weightScale = weight.Quantization.Scale, factor = used * (onednn ? 1 / (1 / weightScale) : weightScale);
        ReadOnlySpan<sbyte> codes = weight.As<sbyte>();
        for (int r = 0; r < rows; r++)
            for (int o = 0; o < outputs; o++)
            {
                int sum = 0;
                for (int k = 0; k < inputs; k++)
                    sum += (QuantPS.Engine.Kernels.DynamicQuantizeScalar.Code(backend, x[r * inputs + k], 1 / used, zeroPoint) - zeroPoint) * codes[o * inputs + k];
                result[r * outputs + o] = fused ? MathF.FusedMultiplyAdd(sum, factor, bias[o]) : sum * factor + bias[o];
            }
        return result;
    }

    private static float Sigmoid(float x) => (float)(1 / (1 + Math.Exp(-(double)x)));
}
