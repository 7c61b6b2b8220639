namespace QuantPS.Engine.Kernels;

/// <summary>
/// Emits the end of a tile: sums to codes as <see cref="Requantization"/> says, maybe another value added, packed to bytes and stored.
/// </summary>
/// <param name="code">Where the code goes.</param>
/// <param name="sum">The register of a pixel's vector.</param>
/// <param name="block">What is stored.</param>
internal sealed class ConvTailVnni(Assembler code, Func<int, int, Vec> sum, ConvTailVnni.Block block)
{
    /// <param name="Pixels">The pixels.</param>
    /// <param name="PixelStride">The bytes from the codes of a pixel to those of the next.</param>
    /// <param name="VectorBytes">The bytes of a vector of numbers.</param>
    /// <param name="Columns">The output channels.</param>
    /// <param name="Tail">Which steps it takes.</param>
    /// <param name="Groups">Which vectors are packed together; their order is that of <see cref="PanelColumns"/>.</param>
    internal readonly record struct Block(int Pixels, int PixelStride, int VectorBytes, int Columns, ConvTailShape Tail, List<PanelColumns.Group> Groups)
    {
        public int Vectors => Groups[^1].First + Groups[^1].Vectors;
    }

    private const byte ToNearest = 8;

    // Registers that hold no sums. Without an addend, the last three hold the numbers of a vector for two pixels.
    private static readonly Vec Index = new(28), Addends = new(29), OwnScale = new(30), AddendScale = new(31);
    private static readonly Vec Scale = new(29), Bias = new(30), Factor = new(31);
    // For floats.
    private static readonly Vec Low = new(29), High = new(30);

    public void Emit()
    {
        if (block.Tail.GivesFloats)
        {
            EmitFloats();
            return;
        }
        if (block.Tail.Adds)
        {
            code.Vector(VectorOp.BroadcastDword, OwnScale, new Mem(Gpr.R10, TileConstants.OwnScale));
            code.Vector(VectorOp.BroadcastDword, AddendScale, new Mem(Gpr.R10, TileConstants.AddendScale));
        }
        for (int pixel = 0; pixel < block.Pixels; pixel += 2)
            foreach (PanelColumns.Group group in block.Groups)
            {
                bool two = pixel + 1 < block.Pixels;
                if (block.Tail.Adds)
                {
                    EmitCodesWithAddend(group, pixel);
                    if (two) EmitCodesWithAddend(group, pixel + 1);
                }
                else EmitCodes(group, pixel, two);
                if (!group.IsFull || group.Vectors == 1)
                {
                    EmitSingle(group, pixel);
                    if (two) EmitSingle(group, pixel + 1);
                }
                else if (group.Vectors == 2) EmitPair(group, pixel, two);
                else
                {
                    EmitWide(group, pixel);
                    if (two) EmitWide(group, pixel + 1);
                }
            }
    }

    /// <summary>Sums to floats, which are stored in the order of the channels.</summary>
    private void EmitFloats()
    {
        if (block.Tail.ClampsFloats)
        {
            code.Vector(VectorOp.BroadcastDword, Low, new Mem(Gpr.R10, TileConstants.RealLow));
            code.Vector(VectorOp.BroadcastDword, High, new Mem(Gpr.R10, TileConstants.RealHigh));
        }
        for (int v = 0; v < block.Vectors; v++)
        {
            Vec factor = Factor with { Bytes = sum(0, v).Bytes };
            code.Vector(VectorOp.Load, factor, Number(PanelNumbers.Scale, v));
            code.Vector(VectorOp.MultiplyFloat, factor, factor, One(TileConstants.ChosenScale));
            for (int p = 0; p < block.Pixels; p++)
            {
                Vec x = sum(p, v);
                code.Vector(VectorOp.ConvertToFloat, x, x);
                if (block.Tail.IsFused) code.Vector(VectorOp.MultiplyAdd213, x, factor, Number(PanelNumbers.Bias, v));
                else
                {
                    code.Vector(VectorOp.MultiplyFloat, x, x, factor);
                    code.Vector(VectorOp.AddFloat, x, x, Number(PanelNumbers.Bias, v));
                }
                if (block.Tail.ClampsFloats)
                {
                    // The operand that may be no number comes second: then it stays.
                    code.Vector(VectorOp.MaxFloat, x, Low with { Bytes = x.Bytes }, x);
                    code.Vector(VectorOp.MinFloat, x, High with { Bytes = x.Bytes }, x);
                }
                bool isWhole = block.Columns - v * ConvTileShape.Lanes >= ConvTileShape.Lanes;
                code.Vector(VectorOp.Store, x, new Mem(Gpr.Rdx, p * block.PixelStride + v * block.VectorBytes), mask: isWhole ? 0 : 1);
            }
        }
    }

    /// <summary>Sums to integers that are codes but for the zero point, the range, and the packing.</summary>
    private void EmitCodes(PanelColumns.Group group, int pixel, bool two)
    {
        for (int v = group.First; v < group.First + group.Vectors; v++)
        {
            int bytes = sum(pixel, v).Bytes;
            if (block.Tail.Scaled) code.Vector(VectorOp.Load, Scale with { Bytes = bytes }, Number(PanelNumbers.Scale, v));
            code.Vector(VectorOp.Load, Bias with { Bytes = bytes }, Number(PanelNumbers.Bias, v));
            code.Vector(VectorOp.Load, Factor with { Bytes = bytes }, Number(PanelNumbers.Factor, v));
            for (int p = pixel; p <= (two ? pixel + 1 : pixel); p++)
            {
                Vec x = sum(p, v);
                code.Vector(VectorOp.ConvertToFloat, x, x);
                if (block.Tail.Scaled) code.Vector(VectorOp.MultiplyFloat, x, x, Scale);
                code.Vector(VectorOp.AddFloat, x, x, Bias);
                code.Vector(VectorOp.MultiplyFloat, x, x, Factor);
                if (block.Tail.Scaled) code.Vector(VectorOp.AddFloat, x, x, One(TileConstants.RealZeroPoint));
                if (block.Tail.ClampsFloats) EmitClamp(x, TileConstants.RealLow, TileConstants.RealHigh);
                code.Vector(VectorOp.ConvertToInt, x, x);
            }
        }
    }

    /// <summary>The same with another value added, as <see cref="QuantizedAddSpec"/> says.</summary>
    /// <remarks>
    /// Each vector takes so many steps, one after another, that few of them fit in what a processor looks ahead: those of a group take turns.
    /// </remarks>
    private void EmitCodesWithAddend(PanelColumns.Group group, int pixel)
    {
        if (group.IsFull && group.Vectors > 1) EmitAddends(group, pixel);
        Each(group, pixel, (x, _) => code.Vector(VectorOp.ConvertToFloat, x, x));
        if (block.Tail.Scaled) Each(group, pixel, (x, v) => code.Vector(VectorOp.MultiplyFloat, x, x, Number(PanelNumbers.Scale, v)));
        Each(group, pixel, (x, v) => code.Vector(VectorOp.AddFloat, x, x, Number(PanelNumbers.Bias, v)));
        Each(group, pixel, (x, v) => code.Vector(VectorOp.MultiplyFloat, x, x, Number(PanelNumbers.Factor, v)));
        if (block.Tail.Scaled) Each(group, pixel, (x, _) => code.Vector(VectorOp.AddFloat, x, x, One(TileConstants.RealZeroPoint)));
        Each(group, pixel, (x, _) => code.Vector(VectorOp.Round, x, x, ToNearest));
        Each(group, pixel, (x, _) => code.Vector(VectorOp.MinFloat, x, x, One(TileConstants.RealHigh)));
        Each(group, pixel, (x, _) => code.Vector(VectorOp.MaxFloat, x, x, One(TileConstants.RealLow)));
        if (!block.Tail.Scaled) Each(group, pixel, (x, _) => code.Vector(VectorOp.AddFloat, x, x, One(TileConstants.RealZeroPoint)));
        Each(group, pixel, (x, _) => code.Vector(VectorOp.MultiplyAdd213, x, OwnScale with { Bytes = x.Bytes }, One(TileConstants.OwnZero)));
        Each(group, pixel, (x, v) => EmitAddend(group, pixel, v, x));
        Each(group, pixel, (x, _) => code.Vector(VectorOp.MultiplyFloat, x, x, One(TileConstants.InverseScale)));
        if (block.Tail.ClampsSums) Each(group, pixel, (x, _) => EmitClamp(x, TileConstants.SumLow, TileConstants.SumHigh));
        Each(group, pixel, (x, _) => code.Vector(VectorOp.ConvertToInt, x, x));
    }

    /// <summary>Emits a step for each vector of a pixel's group.</summary>
    private void Each(PanelColumns.Group group, int pixel, Action<Vec, int> emit)
    {
        for (int v = group.First; v < group.First + group.Vectors; v++) emit(sum(pixel, v), v);
    }

    /// <summary>The addend's codes of a group in the order of its vectors.</summary>
    private void EmitAddends(PanelColumns.Group group, int pixel)
    {
        Mem at = At(Gpr.Rbp, group.First, pixel);
        code.Vector(VectorOp.Load, Addends with { Bytes = group.Vectors == 2 ? 32 : 64 }, at);
        if (group.Vectors == 4) return;
        code.Vector(VectorOp.Load, Index, new Mem(Gpr.R10, group.Vectors == 3 ? TileConstants.SpreadTriple : TileConstants.SpreadPair));
        code.Vector(VectorOp.PermuteDwords, Addends, Index, Addends);
    }

    /// <summary>Adds the addend of a vector.</summary>
    private void EmitAddend(PanelColumns.Group group, int pixel, int v, Vec x)
    {
        Vec other = Index with { Bytes = x.Bytes };
        if (!group.IsFull || group.Vectors == 1) code.Vector(VectorOp.LoadBytesAsInts, other, At(Gpr.Rbp, v, pixel));
        else code.Vector(VectorOp.ShuffleBytes, other, Addends, new Mem(Gpr.R10, TileConstants.Widen + 64 * (v - group.First)));
        code.Vector(VectorOp.ConvertToFloat, other, other);
        code.Vector(VectorOp.MultiplyAdd213, other, AddendScale with { Bytes = x.Bytes }, One(TileConstants.AddendZero));
        code.Vector(VectorOp.AddFloat, x, x, other);
    }

    private void EmitClamp(Vec x, int low, int high)
    {
        code.Vector(VectorOp.MinFloat, x, x, One(high));
        code.Vector(VectorOp.MaxFloat, x, x, One(low));
    }

    /// <summary>One vector, which may have fewer channels than lanes.</summary>
    private void EmitSingle(PanelColumns.Group group, int pixel)
    {
        Vec x = sum(pixel, group.First);
        if (AddsZeroPoint) code.Vector(VectorOp.AddInt, x, x, One(TileConstants.ZeroPoint));
        code.Vector(VectorOp.MaxInt, x, x, One(TileConstants.Low));
        if (block.Tail.ClampsHigh) code.Vector(VectorOp.MinInt, x, x, One(TileConstants.High));
        code.Vector(VectorOp.StoreAsBytes, x, At(Gpr.Rdx, group.First, pixel), mask: group.IsFull ? 0 : 1);
    }

    /// <summary>Two vectors; two pixels of them fill one.</summary>
    private void EmitPair(PanelColumns.Group group, int pixel, bool two)
    {
        Vec x = EmitWords(group.First, pixel), y = two ? EmitWords(group.First, pixel + 1) : x;
        EmitBytes(x, y);
        code.Vector(VectorOp.Load, Index, new Mem(Gpr.R10, TileConstants.JoinPair));
        code.Vector(VectorOp.PermuteQwords, x, Index, x);
        code.Vector(VectorOp.Store, x with { Bytes = 32 }, At(Gpr.Rdx, group.First, pixel));
        if (two) code.Vector(VectorOp.StoreHalf, x, At(Gpr.Rdx, group.First, pixel + 1), immediate: 1);
    }

    /// <summary>Three or four vectors.</summary>
    private void EmitWide(PanelColumns.Group group, int pixel)
    {
        Vec x = EmitWords(group.First, pixel);
        Vec y = group.Vectors == 4 ? EmitWords(group.First + 2, pixel) : EmitWords(group.First + 2, pixel, single: true);
        EmitBytes(x, y);
        Mem to = At(Gpr.Rdx, group.First, pixel);
        if (group.Vectors == 4)
        {
            // A block of fewer channels than bytes stores those that are there.
            if (block.Columns < x.Bytes) code.Vector(VectorOp.StoreBytes, x, to, mask: 1);
            else code.Vector(VectorOp.Store, x, to);
            return;
        }
        code.Vector(VectorOp.Load, Index, new Mem(Gpr.R10, TileConstants.JoinTriple));
        code.Vector(VectorOp.PermuteDwords, x, Index, x);
        code.Vector(VectorOp.Store, x with { Bytes = 32 }, to);
        code.Vector(VectorOp.StoreQuarter, x, to with { Displacement = to.Displacement + 32 }, immediate: 2);
    }

    /// <summary>Two vectors of integers as one of words.</summary>
    private Vec EmitWords(int v, int pixel, bool single = false)
    {
        Vec x = sum(pixel, v);
        code.Vector(VectorOp.PackToWords, x, x, single ? x : sum(pixel, v + 1));
        if (AddsZeroPoint) code.Vector(VectorOp.AddWordsSaturate, x, x, new Mem(Gpr.R10, TileConstants.ZeroPointWords));
        return x;
    }

    private void EmitBytes(Vec x, Vec y)
    {
        code.Vector(VectorOp.PackToBytes, x, x, y);
        if (block.Tail.ClampsLow) code.Vector(VectorOp.MaxBytes, x, x, new Mem(Gpr.R10, TileConstants.LowBytes));
        if (block.Tail.ClampsHigh) code.Vector(VectorOp.MinBytes, x, x, new Mem(Gpr.R10, TileConstants.HighBytes));
    }

    private bool AddsZeroPoint => block.Tail.Adds || !block.Tail.Scaled;

    private static Mem One(int at) => new(Gpr.R10, at, Broadcast: true);

    private Mem Number(int kind, int vector) => new(Gpr.R9, (kind * block.Vectors + vector) * block.VectorBytes);

    private Mem At(Gpr start, int vector, int pixel) => new(start, pixel * block.PixelStride + vector * ConvTileShape.Lanes);
}
