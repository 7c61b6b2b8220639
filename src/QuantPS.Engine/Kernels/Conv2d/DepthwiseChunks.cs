using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Channels of a depthwise convolution by vectors of one size.</summary>
/// <typeparam name="TVector">The vectors.</typeparam>
/// <typeparam name="TLanes">What is done with them.</typeparam>
/// <typeparam name="TDot">The dot product for weights of 8 bits.</typeparam>
/// <typeparam name="TWide">The one for weights of 16 bits, and for codes that the other does not take.</typeparam>
internal sealed unsafe class DepthwiseChunks<TVector, TLanes, TDot, TWide> : DepthwisePart
    where TLanes : struct, ICodeLanes<TVector>
    where TDot : struct, ICodeDot<TVector>
    where TWide : struct, ICodeDot<TVector>
{
    private const int Patience = 8;

    private readonly QuantizedConvSpec _spec;
    private readonly ConvGeometry _geometry;
    private readonly DepthwisePlan _plan;
    private readonly int[] _starts;
    private readonly DepthwiseWeights _weights;
    private readonly CodeConstants _constants;
    private readonly NativeMemoryBlock _memory;
    private readonly bool _takesBytes;
    private readonly bool _rolls;
    /// <summary>
    /// How many chunks lately had codes above 127: rolling through many of them in vain would cost more than it saves. Threads may lose
    /// each other's counts, which changes no result.
    /// </summary>
    private int _above;

    /// <param name="spec">The convolution.</param>
    /// <param name="first">The first channel.</param>
    /// <param name="end">
    /// The channel after the last. The last chunk reaches back over channels that are done, where there are as many channels before it.
    /// </param>
    /// <param name="manyRegisters">Whether there are 32 vector registers.</param>
    public DepthwiseChunks(QuantizedConvSpec spec, int first, int end, bool manyRegisters = false)
    {
        (_spec, _geometry, _plan) = (spec, spec.Geometry, DepthwisePlan.Of(spec.Geometry));
        int last = Math.Max(0, end - TLanes.Bytes);
        _starts = new int[(end - first + TLanes.Bytes - 1) / TLanes.Bytes];
        for (int chunk = 0; chunk < _starts.Length; chunk++) _starts[chunk] = Math.Min(first + chunk * TLanes.Bytes, last);
        _weights = new DepthwiseWeights(spec, _starts, TLanes.Bytes / sizeof(int));
        _takesBytes = _weights.AreBytes && (TDot.TakesEveryCode || spec.InputZeroPoint <= sbyte.MaxValue);
        _rolls = _takesBytes && manyRegisters && spec.Geometry.Window is
        {
            Kernel: { Height: <= 4, Width: 3 }, Stride: { Width: 1 or 2 } stride, Dilation: { Height: 1, Width: 1 },
        } && (stride.Width == 1 || _plan.Rows == 1);
        _memory = new NativeMemoryBlock(CodeConstants.Bytes + TapCount * sizeof(nint));
        _constants = new CodeConstants(spec, _memory.Address);
        Window2 w = _geometry.Window;
        for (int tap = 0; tap < TapCount; tap++)
            Taps[tap] = tap / w.Kernel.Width * QuadrupleBytes + tap % w.Kernel.Width * w.Dilation.Width * ColumnBytes;
    }

    public override int ScratchBytes => PartBytes + WideBytes + _plan.Quadruples * QuadrupleBytes;

    private static int ColumnBytes => DepthwiseWeights.Vectors * TLanes.Bytes;

    /// <summary>Whether there are fewer channels than a chunk has: then whole chunks are stored aside, and what there is of them is copied.</summary>
    private bool IsPart => _geometry.OutputChannels < TLanes.Bytes;

    /// <summary>The bytes of output rows of whole chunks.</summary>
    private int PartBytes => IsPart ? _plan.Rows * _geometry.OutputWidth * TLanes.Bytes : 0;

    /// <summary>The bytes of a chunk's weights once they are widened.</summary>
    private int WideBytes => _weights.Count * TWide.WeightBytes;

    /// <summary>The bytes of four interleaved rows, with room for a pixel more.</summary>
    private int QuadrupleBytes => (_plan.Columns + _geometry.Window.Stride.Width) * ColumnBytes;

    private int TapCount => _plan.Quadruples * _geometry.Window.Kernel.Width;

    private nint* Taps => (nint*)(_memory.Address + CodeConstants.Bytes);

    public override void Begin(byte* scratch)
    {
        byte* panel = Panels(scratch);
        for (int quadruple = 0; quadruple < _plan.Quadruples; quadruple++, panel += QuadrupleBytes)
        {
            int done = _plan.Left + _plan.Inside;
            new Span<byte>(panel, _plan.Left * ColumnBytes).Fill((byte)_spec.InputZeroPoint);
            new Span<byte>(panel + done * ColumnBytes, (_plan.Columns - done) * ColumnBytes).Fill((byte)_spec.InputZeroPoint);
        }
    }

    public override void Run(byte** rows, byte* to, int count, byte* scratch)
    {
        var chunk = new DepthwiseChunk
        {
            LeftBytes = (nint)_plan.Left * _geometry.InputChannels,
            InsideBytes = (nint)_plan.Inside * _geometry.InputChannels,
            PixelBytes = _geometry.InputChannels,
            ZeroPoint = (byte)_spec.InputZeroPoint,
            Columns = Panels(scratch),
            Step = _geometry.Window.Stride.Width * ColumnBytes,
            Taps = Taps,
            TapCount = TapCount,
            WeightRows = _plan.Rows,
            Constants = _constants,
            Pitch = IsPart ? TLanes.Bytes : _spec.Output.Pitch,
            Pixels = _geometry.OutputWidth,
        };
        chunk.RowPitch = chunk.Pixels * chunk.Pitch;
        for (int c = 0; c < _starts.Length; c++)
        {
            chunk.Channel = _starts[c];
            chunk.Weights = _weights.Weights(c);
            chunk.Numbers = _weights.Numbers(c);
            chunk.Output = IsPart ? scratch : to + _starts[c];
            if (_rolls && _above < Patience && !Roll(&chunk, rows, count))
            {
                _above = Math.Max(_above - 1, 0);
                continue;
            }
            bool isAbove = Interleave(&chunk, rows);
            _above = isAbove ? Math.Min(_above + 2, 2 * Patience) : Math.Max(_above - 1, 0);
            if (_takesBytes && (TDot.TakesEveryCode || !isAbove)) RunRows<TDot>(&chunk, count);
            else
            {
                if (_weights.AreBytes) chunk.Weights = Widen(chunk.Weights, scratch);
                RunRows<TWide>(&chunk, count);
            }
        }
        if (IsPart) CopyPart(scratch, to, count * _geometry.OutputWidth);
    }

    public override void Dispose()
    {
        _weights.Dispose();
        _memory.Dispose();
    }

    private bool Roll(DepthwiseChunk* chunk, byte** rows, int count) => _geometry.Window.Stride.Width == 1
        ? DepthwiseRolling<TVector, TLanes, TDot>.StrideOne(chunk, rows, count == 2)
        : DepthwiseRolling<TVector, TLanes, TDot>.StrideTwo(chunk, rows);

    private static void RunRows<TProducts>(DepthwiseChunk* chunk, int count) where TProducts : struct, ICodeDot<TVector>
    {
        if (count == 2) DepthwiseTiles<TVector, TLanes, TProducts>.TwoRows(chunk);
        else DepthwiseTiles<TVector, TLanes, TProducts>.OneRow(chunk);
    }

    private void CopyPart(byte* from, byte* to, int pixels)
    {
        int channels = _geometry.OutputChannels;
        for (int pixel = 0; pixel < pixels; pixel++, from += TLanes.Bytes, to += _spec.Output.Pitch)
            new Span<byte>(from, channels).CopyTo(new Span<byte>(to, channels));
    }

    private bool Interleave(DepthwiseChunk* chunk, byte** rows)
    {
        bool isAbove = false;
        byte* to = chunk->Columns + _plan.Left * ColumnBytes;
        for (int quadruple = 0; quadruple < _plan.Quadruples; quadruple++, rows += DepthwisePlan.Quadruple, to += QuadrupleBytes)
            isAbove |= DepthwiseTiles<TVector, TLanes, TDot>.Interleave(chunk, rows, to);
        return isAbove;
    }

    private byte* Widen(byte* weights, byte* scratch)
    {
        byte* wide = scratch + PartBytes;
        TLanes.Widen(weights, wide, _weights.Count);
        return wide;
    }

    private byte* Panels(byte* scratch) => scratch + PartBytes + WideBytes;
}
