using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Linear layers from codes, whose scale was chosen as it ran, to floats.</summary>
internal sealed unsafe class DynamicLinearAvx2 : CodeMatrixAvx2
{
    private readonly DynamicLinearSpec _spec;
    private readonly NativeMemoryBlock _numbers;

    public DynamicLinearAvx2(DynamicLinearSpec spec) : base("linear_dynamic", spec.Input, spec.Geometry, spec.Weight)
    {
        _spec = spec;
        _numbers = new NativeMemoryBlock(4L * Layout.Columns * sizeof(float));
        Layout.Spread(spec.Bias).CopyTo(new Span<float>(Bias, Layout.Columns));
        Layout.Spread(spec.WeightScales).CopyTo(new Span<float>(Scale, Layout.Columns));
    }

    /// <summary>Zeros.</summary>
    protected override int* Start => (int*)(Scale + Layout.Columns);

    private float* Factor => (float*)_numbers.Address;

    private float* Bias => Factor + Layout.Columns;

    private float* Scale => Bias + Layout.Columns;

    public override void Begin(int batch)
    {
        base.Begin(batch);
        DynamicParameters.Chosen chosen = DynamicParameters.Read(_spec.Parameters);
        ZeroPoint = chosen.ZeroPoint;
        float scale = _spec.ScaleOf(chosen);
        for (int i = 0; i < Layout.Columns; i++) Factor[i] = scale * Scale[i];
    }

    public override void Dispose()
    {
        _numbers.Dispose();
        base.Dispose();
    }

    protected override void Finish(PanelLayout.Panel panel, int* sums, int rows, int pixel)
    {
        float* to = _spec.Output.Floats + (long)pixel * Geometry.OutputChannels + panel.Channel;
        for (int row = 0; row < rows; row++, to += Geometry.OutputChannels, sums += PanelLayout.Wide)
            for (int column = 0; column < panel.Columns; column += 8)
                Store(to + column, Real(Avx.LoadVector256(sums + column), panel.Start + column), panel.Columns - column);
    }

    private Vector256<float> Real(Vector256<int> sums, int column)
    {
        Vector256<float> accumulator = Avx.ConvertToVector256Single(sums);
        Vector256<float> factor = Avx.LoadVector256(Factor + column), bias = Avx.LoadVector256(Bias + column);
        Vector256<float> real = _spec.Fused ? Fma.MultiplyAdd(accumulator, factor, bias) : Avx.Add(Avx.Multiply(accumulator, factor), bias);
        return Avx.Min(Vector256.Create(_spec.High), Avx.Max(Vector256.Create(_spec.Low), real));
    }

    private static void Store(float* to, Vector256<float> real, int count)
    {
        if (count >= 8) Avx.Store(to, real);
        else Avx.MaskStore(to, Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle(), real);
    }
}
