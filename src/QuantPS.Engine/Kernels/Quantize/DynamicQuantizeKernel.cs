using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Floats to codes of their own range: found first, by the calling thread. Reads the caller's memory where the floats are a graph input.</summary>
internal abstract unsafe class DynamicQuantizeKernel(DynamicQuantizeSpec spec, InstructionSet instructionSet)
    : ElementKernel("quantize_dynamic", Int8, instructionSet, spec.Output), IInputKernel
{
    public string? Input => spec.FromCaller ? spec.Input.Name : null;

    public void* Memory { get; set; }

    private float* Source => spec.FromCaller ? (float*)Memory : spec.Input.Floats;

    public override void Begin(int batch)
    {
        (float min, float max) = Range(Source, Units(batch));
        DynamicParameters.Write(spec.Parameters, DynamicParameters.Choose(min, max, spec.ReduceRange));
    }

    public override void Run(int first, int end, byte* scratch)
    {
        DynamicParameters.Chosen chosen = DynamicParameters.Read(spec.Parameters);
        float inverse = spec.Inverse(chosen);
        float* from = Source;
        byte* to = spec.Output.Address;
        for (int i = first + Quantize(from + first, to + first, end - first, inverse, chosen.ZeroPoint); i < end; i++)
            to[i] = DynamicQuantizeScalar.Code(spec.Backend, from[i], inverse, chosen.ZeroPoint);
    }

    /// <summary>The range with zero in it. A NaN leaves it as it was. Nothing behind the values is read.</summary>
    protected abstract (float Min, float Max) Range(float* values, int count);

    /// <summary>Quantizes whole vectors of values.</summary>
    /// <returns>How many values were quantized: the rest is left.</returns>
    protected abstract int Quantize(float* from, byte* to, int count, float inverse, int zeroPoint);

    /// <summary>Widens a range by values, one after another.</summary>
    protected static (float Min, float Max) Widen(float min, float max, float* values, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (values[i] < min) min = values[i];
            if (values[i] > max) max = values[i];
        }
        return (min, max);
    }
}
