namespace QuantPS.Engine.Kernels;

/// <summary>Emits a routine of a depthwise convolution of codes for AVX-512 VNNI: a block of channels of one or two output rows.</summary>
/// <remarks>
/// Four input rows are interleaved, so that a lane of 32 bits holds a channel's codes in one column of four rows; a dot product with
/// (w0, w1, w2, 0) adds a column of the kernel to a sum of the first output row, and with (0, w0, w1, w2) to one of the second. Columns
/// roll through registers from pixel to pixel.
/// </remarks>
internal sealed class DepthwiseVnni
{
    private const int FirstColumn = 0;
    private const int FirstSum = 12;
    private const int FirstStart = 20;
    private const int FirstTemporary = 24;

    private static readonly List<PanelColumns.Group> AllTogether = [new(0, DepthwiseShape.Vectors, IsFull: true)];
    private static readonly Gpr[] RowPointers = [Gpr.Rcx, Gpr.Rsi, Gpr.Rdi, Gpr.R8];

    private readonly DepthwiseShape _shape;
    private readonly Assembler _code = new();

    private DepthwiseVnni(DepthwiseShape shape) => _shape = shape;

    /// <summary>The machine code of a shape.</summary>
    public static byte[] Emit(DepthwiseShape shape)
    {
        var routine = new DepthwiseVnni(shape);
        routine.EmitRoutine();
        return routine._code.Code.ToArray();
    }

    private void EmitRoutine()
    {
        Routine.Enter(_code, Gpr.Rax);
        for (int row = 0; row < RowPointers.Length; row++) _code.Load(RowPointers[row], new(Gpr.Rax, 8 * row));
        _code.Load(Gpr.Rdx, new(Gpr.Rax, 32));
        _code.Load(Gpr.Rbx, new(Gpr.Rax, 40));
        _code.Load(Gpr.R9, new(Gpr.Rax, 48));
        _code.Load(Gpr.R10, new(Gpr.Rax, 56));
        _code.Load(Gpr.R15, new(Gpr.Rax, 64));
        if (_shape.Channels < 16)
        {
            _code.Move(Gpr.Rax, (1 << _shape.Channels) - 1);
            _code.SetMask(1, Gpr.Rax);
        }
        int block = _code.Position;
        EmitBlock();
        int done = _shape.OutputWidth * _shape.Stride * _shape.TotalChannels;
        foreach (Gpr row in RowPointers) _code.Add(row, _shape.Channels - done);
        _code.Add(Gpr.Rdx, _shape.Channels - _shape.OutputWidth * _shape.OutputPitch);
        _code.Add(Gpr.Rbx, _shape.WeightBytes);
        _code.Add(Gpr.R9, _shape.NumberBytes);
        _code.DecrementAndLoop(Gpr.R15, block);
        Routine.Leave(_code);
    }

    /// <summary>The rows' pointers stand at the first column of the row; they move on with the pixels.</summary>
    private void EmitBlock()
    {
        for (int v = 0; v < DepthwiseShape.Vectors; v++) _code.Vector(VectorOp.Load, Register(FirstStart + v), new Mem(Gpr.R9, v * _shape.VectorBytes));
        int kept = _shape.KernelWidth - _shape.Stride;
        for (int column = 0; column < kept; column++) EmitColumn(column, column - _shape.Left, 0);
        int inside = (_shape.InputWidth - _shape.KernelWidth + _shape.Left) / _shape.Stride + 1;
        inside = Math.Clamp(_shape.InputWidth < _shape.KernelWidth - _shape.Left ? 0 : inside, 0, _shape.OutputWidth);
        if (inside > 0)
        {
            _code.Move(Gpr.R11, inside);
            _code.Align(32);
            int loop = _code.Position;
            EmitPixel(0);
            _code.DecrementAndLoop(Gpr.R11, loop);
        }
        for (int pixel = inside; pixel < _shape.OutputWidth; pixel++) EmitPixel(pixel);
    }

    private void EmitPixel(int pixel)
    {
        int kept = _shape.KernelWidth - _shape.Stride;
        for (int column = kept; column < _shape.KernelWidth; column++) EmitColumn(column, column - _shape.Left, pixel);
        for (int row = 0; row < _shape.Rows; row++)
            for (int v = 0; v < DepthwiseShape.Vectors; v++) _code.Vector(VectorOp.Move, Sum(row, v), Register(FirstStart + v));
        for (int column = 0; column < _shape.KernelWidth; column++)
            for (int row = 0; row < _shape.Rows; row++)
                for (int v = 0; v < DepthwiseShape.Vectors; v++)
                    _code.Vector(VectorOp.DotProduct, Sum(row, v), Column(column, v), new Mem(
                        Gpr.Rbx, ((column * DepthwiseShape.MostRows + row) * DepthwiseShape.Vectors + v) * _shape.VectorBytes));
        for (int column = 0; column < kept; column++)
            for (int v = 0; v < DepthwiseShape.Vectors; v++) _code.Vector(VectorOp.Move, Column(column, v), Column(column + _shape.Stride, v));
        new ConvTailVnni(_code, Sum, new(
            _shape.Rows, _shape.OutputWidth * _shape.OutputPitch, _shape.VectorBytes, _shape.Channels, _shape.Tail, AllTogether)).Emit();
        foreach (Gpr row in RowPointers) _code.Add(row, _shape.Stride * _shape.TotalChannels);
        _code.Add(Gpr.Rdx, _shape.OutputPitch);
    }

    /// <summary>Interleaves a column of four rows; a column outside the image is of zero points.</summary>
    /// <param name="slot">Where it goes.</param>
    /// <param name="offset">How many columns it lies behind the rows' pointers.</param>
    /// <param name="pixel">The pixel, if its columns may lie behind the image's end; else 0.</param>
    private void EmitColumn(int slot, int offset, int pixel)
    {
        if (offset < 0 || pixel * _shape.Stride + offset >= _shape.InputWidth)
        {
            for (int v = 0; v < DepthwiseShape.Vectors; v++) _code.Vector(VectorOp.Load, Column(slot, v), new Mem(Gpr.R10, TileConstants.InputZeroPoint));
            return;
        }
        Vec[] rows = [Register(FirstTemporary), Register(FirstTemporary + 1), Register(FirstTemporary + 2), Register(FirstTemporary + 3)];
        Vec low = Column(slot, 0), high = Column(slot, 2), nextLow = Column(slot, 1), nextHigh = Column(slot, 3);
        for (int row = 0; row < rows.Length; row++) _code.Vector(VectorOp.Load, rows[row], new Mem(RowPointers[row], offset * _shape.TotalChannels));
        _code.Vector(VectorOp.InterleaveLowBytes, nextLow, rows[0], rows[1]);
        _code.Vector(VectorOp.InterleaveHighBytes, nextHigh, rows[0], rows[1]);
        _code.Vector(VectorOp.InterleaveLowBytes, rows[0], rows[2], rows[3]);
        _code.Vector(VectorOp.InterleaveHighBytes, rows[1], rows[2], rows[3]);
        _code.Vector(VectorOp.InterleaveLowWords, low, nextLow, rows[0]);
        _code.Vector(VectorOp.InterleaveHighWords, nextLow, nextLow, rows[0]);
        _code.Vector(VectorOp.InterleaveLowWords, high, nextHigh, rows[1]);
        _code.Vector(VectorOp.InterleaveHighWords, nextHigh, nextHigh, rows[1]);
    }

    private Vec Sum(int row, int vector) => Register(FirstSum + row * DepthwiseShape.Vectors + vector);

    private Vec Column(int column, int vector) => Register(FirstColumn + column * DepthwiseShape.Vectors + vector);

    private Vec Register(int number) => new(number, _shape.VectorBytes);
}
