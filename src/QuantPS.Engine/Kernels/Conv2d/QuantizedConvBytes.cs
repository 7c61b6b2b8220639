using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A convolution of codes to codes by tiles of intrinsics.</summary>
/// <typeparam name="TVector">The vector, of integers.</typeparam>
/// <typeparam name="TLanes">What is done with vectors.</typeparam>
/// <typeparam name="TDot">How products are added.</typeparam>
internal sealed unsafe class QuantizedConvBytes<TVector, TLanes, TDot> : ByteTilesKernel<TVector, TLanes, TDot>, IRegionKernel
    where TLanes : struct, ICodeLanes<TVector> where TDot : struct, IGroupedDot<TVector>
{
    private readonly QuantizedConvSpec _spec;
    private readonly NativeMemoryBlock _constants;

    public QuantizedConvBytes(QuantizedConvSpec spec, InstructionSet instructionSet)
        : base(spec.Name, spec.Input, spec.Output, TilingOf(spec.Geometry, spec.MaxBatch, keepsBands: spec.IsAddedTo), instructionSet)
    {
        _spec = spec;
        _constants = new NativeMemoryBlock(CodeConstants.Bytes);
        Pack(spec.Weight);
        MakeTiles(new CodeConstants(spec, _constants.Address));
    }

    /// <summary>Whether the steps of the depth can be numbered.</summary>
    public static bool Takes(QuantizedConvSpec spec) => spec.HasByteWeights && spec.Geometry.Depth <= ushort.MaxValue;

    protected override byte PaddingCode => (byte)_spec.InputZeroPoint;

    public override void Dispose()
    {
        _constants.Dispose();
        base.Dispose();
    }

    /// <summary>Whole bands, or neighbouring panels of the only one.</summary>
    public int RegionUnits(int first, int end)
    {
        int panels = Tiling.Panels.Length;
        if (Units(1) == panels && Units(Batch) == panels) return end - first;
        return !Tiling.IsPanelMajor && first % panels == 0 && end - first >= panels ? panels : 1;
    }

    public OutputRegion RegionOf(int first, int end)
    {
        (int band, int panel) = At(first);
        (int pixel, int pixels) = PixelsOf(band);
        ConvTiling.Panel start = Tiling.Panels[panel], last = Tiling.Panels[panel + end - first - 1];
        int pitch = _spec.Output.Pitch;
        return new(pixel * pitch + start.Channel, last.Channel + last.Columns - start.Channel, pitch, pixels);
    }

    protected override int ColumnOf(int lane) => ByteTiles<TVector, TLanes, TDot>.Column(lane);

    protected override void WriteNumbers(int panel, int lanes, int lane, int channel, int weightSum) =>
        _spec.Requantization.Write((float*)NumbersOf(panel), lanes, lane, channel, unchecked(_spec.InputZeroPoint * weightSum));

    protected override void Finish(in ByteTile tile, byte* sums, nint rows, byte* to) => ByteTiles<TVector, TLanes, TDot>.Finish(tile, sums, rows, to);
}
