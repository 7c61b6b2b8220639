using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A linear layer from codes, whose scale was chosen as it ran, to floats, by tiles of intrinsics.</summary>
/// <typeparam name="TVector">The vector, of integers.</typeparam>
/// <typeparam name="TLanes">What is done with vectors.</typeparam>
/// <typeparam name="TDot">How products are added.</typeparam>
internal sealed unsafe class DynamicLinearBytes<TVector, TLanes, TDot> : ByteTilesKernel<TVector, TLanes, TDot>
    where TLanes : struct, ICodeLanes<TVector> where TDot : struct, IGroupedDot<TVector>
{
    private readonly DynamicLinearSpec _spec;
    private readonly DynamicNumbers _numbers;

    public DynamicLinearBytes(DynamicLinearSpec spec, InstructionSet instructionSet)
        : base("linear_dynamic", spec.Input, spec.Output, TilingOf(spec.Geometry, spec.MaxRows), instructionSet)
    {
        _spec = spec;
        _numbers = new DynamicNumbers(spec, Tiling);
        Pack(spec.Weight);
        MakeTiles(default);
    }

    /// <summary>Whether the steps of the depth can be numbered.</summary>
    public static bool Takes(DynamicLinearSpec spec) => spec.Weight.AreBytes && spec.Geometry.Depth <= ushort.MaxValue;

    public override void Begin(int batch)
    {
        base.Begin(batch);
        DynamicParameters.Chosen chosen = DynamicParameters.Read(_spec.Parameters);
        for (int panel = 0; panel < Tiling.Panels.Length; panel++) _numbers.Write(panel, (float*)NumbersOf(panel), chosen);
    }

    public override void Dispose()
    {
        _numbers.Dispose();
        base.Dispose();
    }

    protected override bool FinishesSums => true;

    protected override int ColumnOf(int lane) => lane;

    protected override void WriteNumbers(int panel, int lanes, int lane, int channel, int weightSum) =>
        _numbers.WriteFixed(panel, (float*)NumbersOf(panel), lane, channel, weightSum);

    protected override void Finish(in ByteTile tile, byte* sums, nint rows, byte* to) =>
        ByteTiles<TVector, TLanes, TDot>.FinishFloats(tile, sums, rows, to, _spec.Fused, _spec.Low, _spec.High);
}
