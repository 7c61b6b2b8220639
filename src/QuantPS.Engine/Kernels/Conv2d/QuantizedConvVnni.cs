using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A convolution of codes by routines that are emitted for its shape.</summary>
internal sealed unsafe class QuantizedConvVnni : ByteConvKernel
{
    private readonly QuantizedConvSpec _spec;
    private readonly TileConstants _constants;
    private readonly LineRoutines _routines;

    public QuantizedConvVnni(QuantizedConvSpec spec)
        : base(spec.Name, spec.Input, spec.Output, new ConvTiling(spec.Geometry, spec.MaxBatch), InstructionSet.Avx512Vnni)
    {
        _spec = spec;
        var tail = ConvTailShape.Of(spec);
        _constants = new TileConstants(spec, tail.Scaled);
        _routines = new LineRoutines(Tiling, spec.MaxBatch, spec.Output.Pitch, tail);
        Pack(spec.Weight);
    }

    protected override byte* Constants => _constants.Address;

    protected override byte PaddingCode => (byte)_spec.InputZeroPoint;

    protected override Value? Addend => _spec.Add?.Right;

    public override void Dispose()
    {
        _constants.Dispose();
        base.Dispose();
    }

    protected override int[] ColumnOrder(int columns) => PanelColumns.Of(columns);

    protected override void WriteNumbers(int panel, int lanes, int lane, int channel, int weightSum) =>
        _spec.Requantization.Write((float*)NumbersOf(panel), lanes, lane, channel, unchecked(_spec.InputZeroPoint * weightSum));

    protected override void RunLine(int panel, int pixels, TileArguments* arguments) => _routines.Run(panel, pixels, arguments);
}
