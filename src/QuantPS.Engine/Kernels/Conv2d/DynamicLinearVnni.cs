using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A linear layer from codes, whose scale was chosen as it ran, to floats, by routines that are emitted for its shape.</summary>
internal sealed unsafe class DynamicLinearVnni : ByteConvKernel
{
    private readonly DynamicLinearSpec _spec;
    private readonly TileConstants _constants;
    private readonly LineRoutines _routines;

    public DynamicLinearVnni(DynamicLinearSpec spec)
        : base("linear_dynamic", spec.Input, spec.Output, new ConvTiling(spec.Geometry, spec.MaxRows), InstructionSet.Avx512Vnni)
    {
        _spec = spec;
        _constants = new TileConstants(spec.Low, spec.High);
        _routines = new LineRoutines(Tiling, spec.MaxRows, spec.Output.Pitch * sizeof(float), ConvTailShape.Of(spec));
        Pack(spec.Weight);
    }

    protected override byte* Constants => _constants.Address;

    public override void Begin(int batch)
    {
        base.Begin(batch);
        DynamicParameters.Chosen chosen = DynamicParameters.Read(_spec.Parameters);
        _constants.Choose(_spec.ScaleOf(chosen), chosen.ZeroPoint);
    }

    public override void Dispose()
    {
        _constants.Dispose();
        base.Dispose();
    }

    protected override int[] ColumnOrder(int columns) =>
        [.. Enumerable.Range(0, ConvTileShape.VectorsOf(columns) * ConvTileShape.Lanes).Select(lane => lane < columns ? lane : -1)];

    /// <summary>The sums of the weights stand for the starts, and their scales for the factors: the tiles multiply them.</summary>
    protected override void WriteNumbers(int panel, int lanes, int lane, int channel, int weightSum)
    {
        var numbers = (float*)NumbersOf(panel);
        ((int*)numbers)[PanelNumbers.Start * lanes + lane] = weightSum;
        numbers[PanelNumbers.Bias * lanes + lane] = _spec.Bias[channel];
        numbers[PanelNumbers.Scale * lanes + lane] = _spec.WeightScales[channel];
    }

    protected override void RunLine(int panel, int pixels, TileArguments* arguments) => _routines.Run(panel, pixels, arguments);
}
