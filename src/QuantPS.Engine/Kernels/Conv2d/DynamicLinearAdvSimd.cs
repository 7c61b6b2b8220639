using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Linear layers from codes, whose scale was chosen as it ran, to floats.</summary>
internal sealed unsafe class DynamicLinearAdvSimd<TTiles> : CodeMatrixAdvSimd<TTiles> where TTiles : struct, ICodeTiles
{
    private const int Lanes = 4;

    private readonly DynamicLinearSpec _spec;
    private readonly NativeMemoryBlock _numbers;

    public DynamicLinearAdvSimd(DynamicLinearSpec spec) : base("linear_dynamic", spec.Input, spec.Geometry, spec.Weight)
    {
        _spec = spec;
        _numbers = new NativeMemoryBlock(3L * Layout.Columns * sizeof(float));
        Layout.Spread(spec.Bias).CopyTo(new Span<float>(Bias, Layout.Columns));
        Layout.Spread(spec.WeightScales).CopyTo(new Span<float>(Scale, Layout.Columns));
    }

    private float* Factor => (float*)_numbers.Address;

    private float* Bias => Factor + Layout.Columns;

    private float* Scale => Bias + Layout.Columns;

    public override void Begin(int batch)
    {
        base.Begin(batch);
        DynamicParameters.Chosen chosen = DynamicParameters.Read(_spec.Parameters);
        SetZeroPoint(chosen.ZeroPoint, []);
        float scale = _spec.ScaleOf(chosen);
        for (int i = 0; i < Layout.Columns; i++) Factor[i] = scale * Scale[i];
    }

    public override void Dispose()
    {
        _numbers.Dispose();
        base.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void Finish(PanelLayout.Panel panel, int* sums, int rows, int pixel)
    {
        Vector128<float> low = Vector128.Create(_spec.Low), high = Vector128.Create(_spec.High);
        float* to = _spec.Output.Floats + (long)pixel * _spec.Output.Pitch + panel.Channel;
        for (int row = 0; row < rows; row++, to += _spec.Output.Pitch, sums += PanelLayout.Wide)
            for (int column = 0; column < panel.Columns; column += Lanes)
            {
                Vector128<float> accumulator = AdvSimd.ConvertToSingle(AdvSimd.LoadVector128(sums + column));
                Vector128<float> factor = AdvSimd.LoadVector128(Factor + panel.Start + column), bias = AdvSimd.LoadVector128(Bias + panel.Start + column);
                Vector128<float> real = _spec.Fused ? AdvSimd.FusedMultiplyAdd(bias, accumulator, factor) : AdvSimd.Add(AdvSimd.Multiply(accumulator, factor), bias);
                real = AdvSimd.Min(high, AdvSimd.Max(low, real));
                if (panel.Columns - column >= Lanes) AdvSimd.Store(to + column, real);
                else
                    for (int i = 0; i < panel.Columns - column; i++) to[column + i] = real[i];
            }
    }
}
