using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A depthwise convolution of codes by routines that are emitted for its shape. A unit is one or two rows of pixels.</summary>
internal sealed unsafe class QuantizedDepthwiseVnni : Kernel
{
    private const int ReadMargin = 64;

    private static readonly RoutineCache<DepthwiseShape> Routines = new(DepthwiseVnni.Emit);

    /// <param name="Channel">The first channel.</param>
    /// <param name="Blocks">The number of blocks.</param>
    /// <param name="Weights">Where their weights begin.</param>
    /// <param name="Numbers">Where their numbers begin.</param>
    /// <param name="Routines">The routines for one and for two rows.</param>
    private sealed record Part(int Channel, int Blocks, int Weights, int Numbers, nint[] Routines);

    private readonly QuantizedConvSpec _spec;
    private readonly ConvGeometry _geometry;
    private readonly int _rows;
    private readonly int _groups;
    private readonly Part[] _parts;
    private readonly NativeMemoryBlock _weights;
    private readonly NativeMemoryBlock _numbers;
    private readonly NativeMemoryBlock _zeros;
    private readonly TileConstants _constants;

    public QuantizedDepthwiseVnni(QuantizedConvSpec spec) : base($"{spec.Name}_depthwise", Int8, InstructionSet.Avx512Vnni)
    {
        (_spec, _geometry) = (spec, spec.Geometry);
        _rows = DepthwiseShape.RowsFor(_geometry.Window);
        _groups = (_geometry.OutputHeight + _rows - 1) / _rows;
        var tail = ConvTailShape.Of(spec);
        _constants = new TileConstants(spec, tail.Scaled);
        int rowBytes = _geometry.InputWidth * _geometry.InputChannels;
        _zeros = new NativeMemoryBlock(rowBytes + ReadMargin);
        new Span<byte>(_zeros.Address, rowBytes + ReadMargin).Fill((byte)spec.InputZeroPoint);
        var parts = new List<Part>();
        var shapes = new List<DepthwiseShape>();
        int weights = 0, numbers = 0;
        for (int channel = 0; channel < _geometry.OutputChannels;)
        {
            int left = _geometry.OutputChannels - channel;
            int channels = left >= 64 ? 64 : left >= 32 ? 32 : Math.Min(left, 16);
            int blocks = channels == 64 ? left / 64 : 1;
            DepthwiseShape shape = Shape(channels, tail);
            var routines = new nint[_rows];
            for (int r = 0; r < _rows; r++) routines[r] = Routines.For(shape with { Rows = r + 1 });
            parts.Add(new(channel, blocks, weights, numbers, routines));
            shapes.Add(shape);
            weights += blocks * shape.WeightBytes;
            numbers += blocks * shape.NumberBytes;
            channel += blocks * channels;
        }
        _parts = [.. parts];
        _weights = new NativeMemoryBlock(weights);
        _numbers = new NativeMemoryBlock(numbers);
        for (int p = 0; p < _parts.Length; p++)
            for (int block = 0; block < _parts[p].Blocks; block++) Pack(shapes[p], _parts[p], block);
    }

    public override int Grain => 1 + (1 << 15) / (_rows * _geometry.OutputWidth * _geometry.OutputChannels);

    public override int Units(int batch) => batch * _groups;

    public override void Dispose()
    {
        _weights.Dispose();
        _numbers.Dispose();
        _zeros.Dispose();
        _constants.Dispose();
    }

    public override void Run(int first, int end, byte* scratch)
    {
        DepthwiseArguments arguments = new() { Constants = _constants.Address };
        byte** rows = stackalloc byte*[DepthwiseShape.MostInputRows];
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int group) = Math.DivRem(unit, _groups);
            int row = group * _rows;
            FindRows(_spec.Input.Address + (long)sample * _spec.Input.Elements, row, rows);
            byte* to = _spec.Output.Address + ((long)sample * _geometry.OutputPixels + (long)row * _geometry.OutputWidth) * _spec.Output.Pitch;
            int count = Math.Min(_rows, _geometry.OutputHeight - row);
            foreach (Part part in _parts)
            {
                arguments.Row0 = rows[0] + part.Channel;
                arguments.Row1 = rows[1] + part.Channel;
                arguments.Row2 = rows[2] + part.Channel;
                arguments.Row3 = rows[3] + part.Channel;
                arguments.Output = to + part.Channel;
                arguments.Weights = (sbyte*)_weights.Address + part.Weights;
                arguments.Numbers = _numbers.Address + part.Numbers;
                arguments.Blocks = part.Blocks;
                ((delegate* unmanaged<DepthwiseArguments*, void>)part.Routines[count - 1])(&arguments);
            }
        }
    }

    private void FindRows(byte* image, int row, byte** rows)
    {
        int top = row * _geometry.Window.Stride.Height - _geometry.Window.Padding.Height;
        for (int i = 0; i < DepthwiseShape.MostInputRows; i++)
        {
            int y = top + i;
            rows[i] = (uint)y < (uint)_geometry.InputHeight ? image + (long)y * _geometry.InputWidth * _geometry.InputChannels : _zeros.Address;
        }
    }

    private DepthwiseShape Shape(int channels, ConvTailShape tail)
    {
        Window2 w = _geometry.Window;
        return new(_rows, channels, _geometry.OutputChannels, _spec.Output.Pitch, _geometry.InputWidth, _geometry.OutputWidth,
            w.Kernel.Height, w.Kernel.Width, w.Stride.Width, w.Padding.Width, tail);
    }

    private void Pack(DepthwiseShape shape, Part part, int block)
    {
        int[] order = shape.ChannelOrder();
        int lanes = order.Length / DepthwiseShape.Vectors;
        sbyte* weights = (sbyte*)_weights.Address + part.Weights + block * shape.WeightBytes;
        float* numbers = (float*)(_numbers.Address + part.Numbers + block * shape.NumberBytes);
        Requantization r = _spec.Requantization;
        Window2 w = _geometry.Window;
        for (int lane = 0; lane < order.Length; lane++)
        {
            if (order[lane] < 0) continue;
            int channel = part.Channel + block * shape.Channels + order[lane];
            int sum = 0;
            ReadOnlySpan<short> taps = _spec.Weight.Row(channel);
            for (int column = 0; column < w.Kernel.Width; column++)
                for (int tap = 0; tap < w.Kernel.Height; tap++)
                {
                    short weight = taps[tap * w.Kernel.Width + column];
                    sum += weight;
                    for (int row = 0; row < _rows; row++)
                        weights[((column * DepthwiseShape.MostRows + row) * order.Length + lane) * 4 + tap + row * w.Stride.Height] = (sbyte)weight;
                }
            ((int*)numbers)[lane] = unchecked(r.IntegerBias[channel] - _spec.InputZeroPoint * sum);
            numbers[PanelNumbers.Scale * order.Length + lane] = r.Scale?[channel] ?? 1;
            numbers[PanelNumbers.Bias * order.Length + lane] = r.FloatBias[channel];
            numbers[PanelNumbers.Factor * order.Length + lane] = r.Factor[channel];
        }
    }
}
