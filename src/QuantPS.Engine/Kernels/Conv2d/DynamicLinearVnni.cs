using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A linear layer from codes, whose scale was chosen as it ran, to floats, by routines that are emitted for its shape.</summary>
internal sealed unsafe class DynamicLinearVnni : ByteConvKernel
{
    private readonly DynamicLinearSpec _spec;
    private readonly DynamicNumbers _numbers;
    private readonly TileConstants _constants;
    private readonly LineRoutines _routines;

    public DynamicLinearVnni(DynamicLinearSpec spec)
        : base("linear_dynamic", spec.Input, spec.Output, new ConvTiling(spec.Geometry, spec.MaxRows), InstructionSet.Avx512Vnni)
    {
        _spec = spec;
        _numbers = new DynamicNumbers(spec, Tiling);
        _constants = new TileConstants(spec.Low, spec.High);
        _routines = new LineRoutines(Tiling, spec.MaxRows, spec.Output.Pitch * sizeof(float), ConvTailShape.Of(spec));
        Pack(spec.Weight);
    }

    protected override byte* Constants => _constants.Address;

    public override void Begin(int batch)
    {
        base.Begin(batch);
        DynamicParameters.Chosen chosen = DynamicParameters.Read(_spec.Parameters);
        for (int panel = 0; panel < Tiling.Panels.Length; panel++) _numbers.Write(panel, (float*)NumbersOf(panel), chosen);
    }

    public override void Dispose()
    {
        _numbers.Dispose();
        _constants.Dispose();
        base.Dispose();
    }

    protected override int[] ColumnOrder(int columns) =>
        [.. Enumerable.Range(0, ConvTileShape.VectorsOf(columns) * ConvTileShape.Lanes).Select(lane => lane < columns ? lane : -1)];

    protected override void WriteNumbers(int panel, int lanes, int lane, int channel, int weightSum) =>
        _numbers.WriteFixed(panel, (float*)NumbersOf(panel), lane, channel, weightSum);

    protected override void RunLine(int panel, int pixels, TileArguments* arguments) => _routines.Run(panel, pixels, arguments);
}
