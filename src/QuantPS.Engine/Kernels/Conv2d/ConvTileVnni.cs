namespace QuantPS.Engine.Kernels;

/// <summary>
/// Emits a tile routine of a convolution of codes for AVX-512 VNNI: sums of some pixels by some vectors of 16 output channels stay in
/// registers over the whole depth, and leave them as codes.
/// </summary>
/// <remarks>
/// Each step of four of the depth loads a vector of weights for each 16 channels and broadcasts four codes of each pixel. The routine
/// takes <see cref="TileArguments"/>; it follows the System V and the Windows calling convention.
/// </remarks>
internal sealed class ConvTileVnni
{
    private const int Unrolled = 48;
    private const int VectorBytes = 64;
    private const int FewestSteps = 32;

    private readonly ConvTileShape _shape;
    private readonly Assembler _code = new();

    private ConvTileVnni(ConvTileShape shape) => _shape = shape;

    /// <summary>The machine code of a shape.</summary>
    public static byte[] Emit(ConvTileShape shape)
    {
        var tile = new ConvTileVnni(shape);
        tile.EmitRoutine();
        return tile._code.Code.ToArray();
    }

    private void EmitRoutine()
    {
        Routine.Enter(_code, Gpr.Rax);
        _code.Load(Gpr.Rcx, new(Gpr.Rax, 0));
        _code.Load(Gpr.Rdx, new(Gpr.Rax, 8));
        _code.Load(Gpr.R8, new(Gpr.Rax, 16));
        _code.Load(Gpr.R9, new(Gpr.Rax, 24));
        _code.Load(Gpr.R10, new(Gpr.Rax, 32));
        _code.Load(Gpr.R14, new(Gpr.Rax, 40));
        _code.Load(Gpr.Rbp, new(Gpr.Rax, 48));
        _code.Load(Gpr.R11, new(Gpr.Rax, 56));
        if (_shape.PartialColumns > 0)
        {
            _code.Move(Gpr.Rax, (1 << _shape.PartialColumns) - 1);
            _code.SetMask(1, Gpr.Rax);
        }
        _code.Align(32);
        int tile = _code.Position;
        EmitStart();
        EmitRuns();
        new ConvTailVnni(_code, Sum, new(
            _shape.Pixels, _shape.OutputStride, VectorBytes, _shape.Columns, _shape.Tail, PanelColumns.Groups(_shape.Columns))).Emit();
        _code.Add(Gpr.Rcx, _shape.Pixels * _shape.PixelStride);
        _code.Add(Gpr.Rdx, _shape.Pixels * _shape.OutputStride);
        if (_shape.Adds) _code.Add(Gpr.Rbp, _shape.Pixels * _shape.OutputStride);
        _code.DecrementAndLoop(Gpr.R11, tile);
        Routine.Leave(_code);
    }

    private int WeightBytes => _shape.Runs * _shape.Steps * _shape.Vectors * VectorBytes;

    /// <summary>
    /// Whether tiles ask for the weights of the next panel: those of a large network come from memory, more slowly than its first tile takes
    /// them. Where the depth is short, there is no time to spare for it, and few weights.
    /// </summary>
    private bool PrefetchesWeights => _shape.Runs * _shape.Steps >= FewestSteps;

    private Vec Sum(int pixel, int vector) => new(pixel * _shape.Vectors + vector, _shape.BytesOf(vector));

    private Vec Weights(int vector) => new(_shape.Pixels * _shape.Vectors + vector, _shape.BytesOf(vector));

    private void EmitStart()
    {
        var minusZeroPoint = new Vec(31);
        if (_shape.Tail.GivesFloats) _code.Vector(VectorOp.BroadcastDword, minusZeroPoint, new Mem(Gpr.R10, TileConstants.MinusZeroPoint));
        for (int v = 0; v < _shape.Vectors; v++)
        {
            Vec sum = Sum(0, v);
            var start = new Mem(Gpr.R9, v * VectorBytes);
            if (_shape.Tail.GivesFloats) _code.Vector(VectorOp.MultiplyInt, sum, minusZeroPoint with { Bytes = sum.Bytes }, start);
            else _code.Vector(VectorOp.Load, sum, start);
            for (int p = 1; p < _shape.Pixels; p++) _code.Vector(VectorOp.Move, Sum(p, v), sum);
        }
        _code.Move(Gpr.Rbx, Gpr.R8);
    }

    private void EmitRuns()
    {
        if (_shape.Runs == 1)
        {
            _code.Move(Gpr.Rax, Gpr.Rcx);
            EmitRun();
            return;
        }
        _code.Move(Gpr.Rdi, Gpr.R14);
        _code.Move(Gpr.R13, _shape.Runs);
        int run = _code.Position;
        _code.Load(Gpr.Rax, new(Gpr.Rdi));
        _code.AddRegister(Gpr.Rax, Gpr.Rcx);
        _code.Add(Gpr.Rdi, 8);
        EmitRun();
        _code.DecrementAndLoop(Gpr.R13, run);
    }

    private void EmitRun()
    {
        int unroll = Math.Clamp(Unrolled / (_shape.Pixels * _shape.Vectors), 1, 8);
        int loops = _shape.Steps / unroll;
        if (loops == 1 || _shape.Steps * _shape.Pixels * _shape.Vectors <= 3 * Unrolled) (loops, unroll) = (1, _shape.Steps);
        if (loops > 1)
        {
            _code.Move(Gpr.Rsi, loops);
            _code.Align(32);
        }
        int loop = _code.Position;
        for (int step = 0; step < unroll; step++) EmitStep(step);
        EmitAdvance(unroll);
        if (loops > 1) _code.DecrementAndLoop(Gpr.Rsi, loop);
        int rest = _shape.Steps - loops * unroll;
        for (int step = 0; step < rest; step++) EmitStep(step);
        if (_shape.Runs > 1 && rest > 0) EmitAdvance(rest);
    }

    private void EmitAdvance(int steps)
    {
        _code.Add(Gpr.Rax, 4 * steps);
        _code.Add(Gpr.Rbx, steps * _shape.Vectors * VectorBytes);
    }

    private void EmitStep(int step)
    {
        Mem WeightsAt(int v) => new(Gpr.Rbx, (step * _shape.Vectors + v) * VectorBytes);
        var codes = new Vec(31);
        if (_shape.Pixels > 1)
            for (int v = 0; v < _shape.Vectors; v++)
            {
                Mem weights = WeightsAt(v);
                _code.Vector(VectorOp.Load, Weights(v), weights);
                if (PrefetchesWeights) _code.Prefetch(weights with { Displacement = weights.Displacement + WeightBytes });
            }
        for (int p = 0; p < _shape.Pixels; p++)
        {
            _code.Vector(VectorOp.BroadcastDword, codes, new Mem(Gpr.Rax, p * _shape.PixelStride + 4 * step));
            for (int v = 0; v < _shape.Vectors; v++)
            {
                Vec sum = Sum(p, v);
                Vec left = codes with { Bytes = sum.Bytes };
                if (_shape.Pixels > 1) _code.Vector(VectorOp.DotProduct, sum, left, Weights(v));
                else _code.Vector(VectorOp.DotProduct, sum, left, WeightsAt(v));
            }
        }
    }
}
