using System.Numerics;
using System.Runtime.CompilerServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// The rows of an embedding. Codes become floats as fbgemm does it: scale * code + bias, rounded once, where the bias is -zero point * scale,
/// rounded; of codes of four bits both are rounded to 16 bits first, as they are packed.
/// </summary>
internal sealed unsafe class EmbeddingTable : IDisposable
{
    private readonly NativeMemoryBlock _rows;
    private readonly ElementType _element;
    private readonly float[] _scales = [];
    private readonly float[] _biases = [];

    public EmbeddingTable(Tensor table)
    {
        (_element, Rows, Features) = (table.Element, table.Shape[0], table.Shape[1]);
        _rows = new NativeMemoryBlock(table.ByteCount);
        table.Bytes.CopyTo(new Span<byte>(_rows.Address, table.Bytes.Length));
        if (table.Quantization is not { } quantization) return;
        (_scales, _biases) = (new float[Rows], new float[Rows]);
        for (int row = 0; row < Rows; row++)
        {
            float scale = (float)quantization.Scales[row], bias = -quantization.FloatZeroPoints[row] * scale;
            (_scales[row], _biases[row]) = _element == ElementType.QUInt4x2 ? ((float)(Half)scale, (float)(Half)bias) : (scale, bias);
        }
    }

    public int Rows { get; }

    public int Features { get; }

    /// <summary>Writes a row.</summary>
    public void Copy(long row, float* to)
    {
        if (_element == ElementType.Float32) new ReadOnlySpan<float>((float*)_rows.Address + row * Features, Features).CopyTo(new Span<float>(to, Features));
        else if (_element == ElementType.QUInt8) Dequantize(_rows.Address + row * Features, _scales[row], _biases[row], to, Features);
        else
            for (int i = 0; i < Features; i++) to[i] = MathF.FusedMultiplyAdd(_scales[row], Nibble(row, i), _biases[row]);
    }

    /// <summary>Adds a row, times a factor.</summary>
    public void Add(long row, float factor, float* to)
    {
        if (_element == ElementType.Float32)
        {
            AddFloats((float*)_rows.Address + row * Features, factor, to, Features);
            return;
        }
        (float scale, float bias) = (_scales[row] * factor, _biases[row] * factor);
        for (int i = 0; i < Features; i++)
        {
            int code = _element == ElementType.QUInt8 ? _rows.Address[row * Features + i] : Nibble(row, i);
            to[i] = MathF.FusedMultiplyAdd(scale, code, to[i] + bias);
        }
    }

    /// <summary>Takes the larger of each feature.</summary>
    public void Max(long row, float* to)
    {
        for (int i = 0; i < Features; i++)
        {
            float value = _element switch
            {
                ElementType.Float32 => ((float*)_rows.Address)[row * Features + i],
                ElementType.QUInt8 => MathF.FusedMultiplyAdd(_scales[row], _rows.Address[row * Features + i], _biases[row]),
                _ => MathF.FusedMultiplyAdd(_scales[row], Nibble(row, i), _biases[row]),
            };
            to[i] = value > to[i] || float.IsNaN(value) ? value : to[i];
        }
    }

    public void Dispose() => _rows.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Nibble(long row, int feature)
    {
        long index = row * Features + feature;
        return _rows.Address[index / 2] >> (int)(index % 2) * 4 & 15;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Dequantize(byte* codes, float scale, float bias, float* to, int count)
    {
        Vector<float> scales = Vector.Create(scale), biases = Vector.Create(bias);
        int i = 0;
        for (; i <= count - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(Vector.Load(codes + i), out Vector<ushort> low, out Vector<ushort> high);
            Store(low, scales, biases, to + i);
            Store(high, scales, biases, to + i + Vector<ushort>.Count);
        }
        for (; i < count; i++) to[i] = MathF.FusedMultiplyAdd(scale, codes[i], bias);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector<ushort> codes, Vector<float> scales, Vector<float> biases, float* to)
    {
        Vector.Widen(codes, out Vector<uint> low, out Vector<uint> high);
        Vector.Store(Vector.FusedMultiplyAdd(scales, Vector.ConvertToSingle(low.As<uint, int>()), biases), to);
        Vector.Store(Vector.FusedMultiplyAdd(scales, Vector.ConvertToSingle(high.As<uint, int>()), biases), to + Vector<float>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddFloats(float* row, float factor, float* to, int count)
    {
        Vector<float> factors = Vector.Create(factor);
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            Vector.Store(Vector.FusedMultiplyAdd(factors, Vector.Load(row + i), Vector.Load(to + i)), to + i);
        for (; i < count; i++) to[i] = MathF.FusedMultiplyAdd(factor, row[i], to[i]);
    }
}
